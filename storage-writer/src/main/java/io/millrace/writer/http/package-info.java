/** The internal HTTP endpoint where queries ask for open chunks; see {@code docs/formats/open-chunks.md}. */
package io.millrace.writer.http;

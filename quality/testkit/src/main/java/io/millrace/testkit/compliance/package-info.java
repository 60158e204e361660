/**
 * What a receiver of remote write must do, as cases: requests, the answers they deserve, and what must be stored. Replayed
 * against a gateway alone and against everything together.
 */
package io.millrace.testkit.compliance;

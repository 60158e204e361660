/** What the engine needs of a store: a selection of series by matchers and time, handed over series by series. */
package io.millrace.promql.storage;

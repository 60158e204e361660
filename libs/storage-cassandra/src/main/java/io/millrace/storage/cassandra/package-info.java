/**
 * The store on Apache Cassandra: a session with its schema, one class for each part of the store's interface, and one
 * class for each CQL statement, named as it reads. The only place where the Cassandra driver is seen. Tables and
 * arithmetic stand in {@code docs/storage.md}.
 */
package io.millrace.storage.cassandra;

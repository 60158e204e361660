/**
 * The admin API below {@code /admin/v1/}: accounts, users, access keys, instances and the audit trail as JSON. It checks
 * who may administer what, and hands every change to the control operations, which check the rest and publish it.
 */
package io.millrace.query.admin;

/** One small program a system, and what they talk to. */
module dev.asyncwith.examples {
  requires static org.jspecify;
  requires transitive dev.asyncwith;
  requires dev.asyncwith.files;
  requires dev.asyncwith.http;
  requires transitive java.sql;
  requires com.h2database;
  requires java.naming; // JdbcDataSource is Referenceable
  requires jdk.httpserver;

  exports dev.asyncwith.examples;
}

/** An HTTP client in the shape of aiohttp's: sessions, requests and responses are resources. */
module dev.asyncwith.http {
  requires static org.jspecify;
  requires transitive dev.asyncwith;
  requires org.eclipse.jetty.client;
  requires org.slf4j;
  requires static jdk.jfr; // an event, where the program has it

  exports dev.asyncwith.http;

  uses org.slf4j.spi.SLF4JServiceProvider;
}

/** An HTTP client in the shape of aiohttp's: sessions, requests and responses are resources. */
module dev.asyncwith.http {
  requires static org.jspecify;
  requires transitive dev.asyncwith;
  requires org.eclipse.jetty.client;
  requires org.slf4j;

  exports dev.asyncwith.http;

  uses org.slf4j.spi.SLF4JServiceProvider;
}

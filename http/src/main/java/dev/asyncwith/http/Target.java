package dev.asyncwith.http;

import java.net.URI;

/**
 * A method and where it goes, for messages too: the URL carries neither credentials nor fragment.
 */
record Target(String method, URI uri) {

  /** Where the connection goes: host:port. */
  String address() {
    return uri.getHost() + ":" + Urls.port(uri);
  }

  @Override
  public String toString() {
    return method + " " + uri;
  }
}

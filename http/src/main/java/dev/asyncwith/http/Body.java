package dev.asyncwith.http;

import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.Request;

/** The body of a request; immutable. */
final class Body {
  private final String contentType;
  private final byte[] bytes;

  Body(String contentType, byte[] bytes) {
    this.contentType = contentType;
    this.bytes = bytes.clone();
  }

  /** The body for one exchange; it is read once. */
  Request.Content content() {
    return new BytesRequestContent(contentType, bytes);
  }
}

package dev.asyncwith.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that a request is to send, and how.
 *
 * @param method the method
 * @param url as the caller wrote it
 * @param headers those of the session and of the request
 * @param body the body, or null for none
 * @param timeout the total timeout, or null for none
 * @param maxRedirects how many redirects to follow
 */
record Spec(
    String method,
    String url,
    Headers headers,
    @Nullable Body body,
    @Nullable Duration timeout,
    int maxRedirects) {
  private static final int REDIRECTS = 10; // aiohttp's max_redirects

  static Spec of(String method, String url, ClientSessionConfig.Settings settings) {
    int redirects = method.equals("HEAD") ? 0 : REDIRECTS;
    return new Spec(method, url, settings.headers(), null, settings.timeout(), redirects);
  }

  Spec withHeaders(Headers changed) {
    return new Spec(method, url, changed, body, timeout, maxRedirects);
  }

  Spec withBody(Body changed) {
    return new Spec(method, url, headers, changed, timeout, maxRedirects);
  }

  Spec withTimeout(@Nullable Duration changed) {
    return new Spec(method, url, headers, body, changed, maxRedirects);
  }

  Spec withMaxRedirects(int changed) {
    return new Spec(method, url, headers, body, timeout, changed);
  }

  /** For messages: without credentials. */
  @Override
  public String toString() {
    return method + " " + Urls.shown(url);
  }
}

package dev.asyncwith.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.Request;
import org.jspecify.annotations.Nullable;

/** One request on the way through redirects: where it goes and what it carries. */
record Hop(Target target, Headers headers, @Nullable Body body) {
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** What must not be told to another origin. */
  private static final String[] PRIVATE = {"Authorization", "Cookie", "Proxy-Authorization"};

  static Hop first(Spec spec) throws ClientException {
    Urls.Parsed url = Urls.parse(spec.url());
    if (url.credentials() != null && spec.headers().contains("Authorization")) {
      throw new InvalidUrlException(
          "the URL \"%s\" has credentials, and the request an Authorization header: give one of them"
              .formatted(Urls.shown(spec.url())),
          null);
    }
    return new Hop(
        new Target(spec.method(), url.uri()),
        withCredentials(spec.headers(), url.credentials()),
        spec.body());
  }

  private static Headers withCredentials(Headers headers, @Nullable String credentials) {
    if (credentials == null) {
      return headers;
    }
    byte[] bytes = credentials.getBytes(StandardCharsets.UTF_8);
    return headers.with("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  static boolean isRedirect(int status, Headers headers) {
    return REDIRECTS.contains(status) && headers.contains("Location");
  }

  /** The next one after a redirect, by aiohttp's rules. */
  Hop redirected(int status, String location) throws InvalidUrlException {
    URI from = target.uri();
    Urls.Parsed to = Urls.resolve(from, location);
    boolean get =
        (status == 303 && !target.method().equals("HEAD"))
            || ((status == 301 || status == 302) && target.method().equals("POST"));
    Headers next = Urls.sameOrigin(from, to.uri()) ? headers : headers.without(PRIVATE);
    return new Hop(
        new Target(get ? "GET" : target.method(), to.uri()),
        withCredentials(get ? next.without("Content-Type") : next, to.credentials()),
        get ? null : body);
  }

  boolean isIdempotent() {
    return IDEMPOTENT.contains(target.method());
  }

  Request onTheWire(Engine engine) {
    Request request =
        engine
            .newRequest(target.uri())
            .method(target.method())
            .idleTimeout(0, TimeUnit.MILLISECONDS); // a slow answer is the total timeout's matter
    request.headers(
        fields -> {
          fields.put("Accept", "*/*");
          headers.forEach(field -> fields.put(field.name(), field.value()));
        });
    return body == null ? request : request.body(body.content());
  }
}

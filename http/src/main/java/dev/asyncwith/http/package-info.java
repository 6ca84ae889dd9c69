/**
 * An HTTP/1.1 client in the shape of aiohttp's, on Jetty's: sessions, requests and responses are
 * resources for {@code with}.
 *
 * {@snippet :
 * String html = with(ClientSession.create()).call(session ->
 *     with(session.get("https://example.com")).call(response -> response.text()));
 * }
 *
 * <p>No parameter and no result of this package is {@code null} unless it is marked so; passing
 * {@code null} elsewhere throws {@link NullPointerException} that names the parameter.
 */
@NullMarked
package dev.asyncwith.http;

import org.jspecify.annotations.NullMarked;

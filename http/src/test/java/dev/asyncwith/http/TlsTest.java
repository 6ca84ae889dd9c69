package dev.asyncwith.http;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server whose certificate is for the name localhost, and signed by itself. */
@Timeout(60)
class TlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir static Path folder;

  private static SSLContext context;
  private static LoopbackServer server;

  @BeforeAll
  static void start() throws Exception {
    Path store = folder.resolve("store.p12");
    keytool(
        "-genkeypair -alias server -keyalg EC -validity 2 -dname CN=localhost -ext san=dns:localhost"
            + " -storetype PKCS12 -storepass "
            + PASSWORD
            + " -keystore",
        store);
    context = context(store);
    server = LoopbackServer.start(context).on("/", "over TLS");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  private static void keytool(String arguments, Path store) throws Exception {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    var command = new java.util.ArrayList<String>();
    command.add(tool.toString());
    command.addAll(java.util.List.of(arguments.split(" ")));
    command.add(store.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
  }

  private static SSLContext context(Path path) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(path)) {
      store.load(in, PASSWORD.toCharArray());
    }
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", store.getCertificate("server"));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void trustsWhatTheGivenContextTrusts() throws Exception {
    with(ClientSession.create().withSslContext(context))
        .run(
            session -> {
              for (int i = 0; i < 3; i++) {
                with(session.get(server.url("/")))
                    .run(response -> assertThat(response.text()).isEqualTo("over TLS"));
              }
            });
  }

  @Test
  void refusesACertificateOfAnUnknownSigner() throws Exception {
    with(ClientSession.create())
        .run(
            session ->
                assertThatThrownBy(() -> session.get(server.url("/")).open())
                    .isInstanceOf(ClientConnectorException.class)
                    .hasMessageStartingWith(
                        "GET %s was not sent: TLS with localhost:%d failed"
                            .formatted(server.url("/"), server.port()))
                    .hasMessageContaining("unable to find valid certification path")
                    .hasMessageContaining("withSslContext")
                    .hasCauseInstanceOf(SSLException.class));
  }

  @Test
  void refusesACertificateForAnotherHost() throws Exception {
    String url = server.url("/").replace("localhost", "127.0.0.1");
    with(ClientSession.create().withSslContext(context))
        .run(
            session ->
                assertThatThrownBy(() -> session.get(url).open())
                    .isInstanceOf(ClientConnectorException.class)
                    .hasMessageContaining("No subject alternative names matching IP address")
                    .hasCauseInstanceOf(SSLException.class));
    assertThat(server.requests()).noneMatch(request -> request.path().equals("/127"));
  }

  @Test
  void refusesAServerThatSpeaksNoTls() throws Exception {
    try (var plain = LoopbackServer.start().on("/", "plain")) {
      with(ClientSession.create().withSslContext(context))
          .run(
              session ->
                  assertThatThrownBy(
                          () -> session.get(plain.url("/").replace("http:", "https:")).open())
                      .isInstanceOf(ClientConnectionException.class));
    }
  }
}

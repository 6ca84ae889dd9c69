package dev.asyncwith.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * Which tests of core ran, by the reports that Maven's surefire plugin wrote.
 *
 * @param classes where core's compiled tests are
 * @param ran for each test that ran and passed, as {@code class#method}, when its report was
 *     written
 */
record SurefireReports(Path classes, Map<String, FileTime> ran) {

  static SurefireReports read(Path reports, Path classes) throws IOException {
    List<Path> files = List.of();
    if (Files.isDirectory(reports)) {
      try (Stream<Path> children = Files.list(reports)) {
        files =
            children
                .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                .toList();
      }
    }
    if (files.isEmpty()) {
      throw new IOException(
          "core's tests left no reports in "
              + reports
              + ", so nothing says that the ported tests ran: run"
              + " 'mvn -pl core,conformance verify' from the root of the repository");
    }
    Map<String, FileTime> ran = new HashMap<>();
    for (Path file : files) {
      addTests(file, ran);
    }
    return new SurefireReports(classes, Map.copyOf(ran));
  }

  private static void addTests(Path file, Map<String, FileTime> ran) throws IOException {
    FileTime written = Files.getLastModifiedTime(file);
    Element suite;
    try {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null); // it would print what is thrown all the same
      suite = builder.parse(file.toFile()).getDocumentElement();
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("cannot read the test report " + file, e);
    }
    var tests = suite.getElementsByTagName("testcase");
    for (int i = 0; i < tests.getLength(); i++) {
      var test = (Element) tests.item(i);
      boolean passed =
          Stream.of("skipped", "error", "failure")
              .allMatch(bad -> test.getElementsByTagName(bad).getLength() == 0);
      if (passed) {
        // A parameterized test is written as method(Type)[1].
        String method = test.getAttribute("name").split("[^\\w$]", 2)[0];
        ran.put(test.getAttribute("classname") + "#" + method, written);
      }
    }
  }

  List<String> problems(PortsTable table) throws IOException {
    List<String> problems = new ArrayList<>();
    for (PortsTable.Row row : table.ported().toList()) {
      FileTime written = ran.get(row.java());
      if (written == null) {
        problems.add(row.problem(row.java() + " did not run in core's tests, or did not pass"));
      } else if (compiled(row.className()).compareTo(written) > 0) {
        problems.add(row.problem(row.className() + " was compiled after its last run"));
      }
    }
    return List.copyOf(problems);
  }

  private FileTime compiled(String className) throws IOException {
    Path file = classes.resolve(className.replace('.', '/') + ".class");
    return Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
  }
}

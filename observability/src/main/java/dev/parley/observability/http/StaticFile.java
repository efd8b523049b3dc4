package dev.parley.observability.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** A file of the console, as it is in the jar. */
final class StaticFile {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private final String contentType;
  private final byte[] content;
  private final String tag;

  private StaticFile(String contentType, byte[] content, String tag) {
    this.contentType = contentType;
    this.content = content;
    this.tag = tag;
  }

  String contentType() {
    return contentType;
  }

  /** The bytes, which are not to be changed. */
  byte[] content() {
    return content;
  }

  /** What changes when the content does, for {@code If-None-Match}. */
  String tag() {
    return tag;
  }

  /** The files by their paths. */
  static Map<String, StaticFile> all() {
    return Map.ofEntries(
        Map.entry("/", load("console.html", HTML)),
        Map.entry("/console.css", load("console.css", STYLE)),
        Map.entry("/console.js", load("console.js", SCRIPT)),
        Map.entry("/charts.js", load("charts.js", SCRIPT)),
        Map.entry("/format.js", load("format.js", SCRIPT)),
        Map.entry("/table.js", load("table.js", SCRIPT)),
        Map.entry("/uplot.js", load("uplot/uPlot.iife.min.js", SCRIPT)),
        Map.entry("/uplot.css", load("uplot/uPlot.min.css", STYLE)));
  }

  private static StaticFile load(String name, String contentType) {
    try (InputStream in = StaticFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the console's file " + name + " is missing");
      }
      byte[] content = in.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return new StaticFile(
          contentType, content, '"' + HexFormat.of().formatHex(digest, 0, 12) + '"');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}

package dev.parley.transport.session;

import dev.parley.transport.vectors.VectorFile;
import org.junit.jupiter.api.Test;

/** The vectors in {@code vectors} are what this code produces, byte for byte. */
class PublishedVectorsTest {

  @Test
  void producesTheHandshakes() {
    VectorFile.check("handshakes.json", HandshakeVectors.file());
  }

  @Test
  void producesTheRecords() {
    VectorFile.check("records.json", RecordVectors.file());
  }

  @Test
  void producesTheControlRecords() {
    VectorFile.check("control.json", ControlVectors.file());
  }

  @Test
  void producesTheSession() {
    VectorFile.check("session.json", SessionVectors.file());
  }

  @Test
  void producesTheRefusals() {
    VectorFile.check("refusals.json", RefusalVectors.file());
  }
}

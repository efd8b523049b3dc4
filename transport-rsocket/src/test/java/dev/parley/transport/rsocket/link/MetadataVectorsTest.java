package dev.parley.transport.rsocket.link;

import dev.parley.transport.vectors.VectorFile;
import org.junit.jupiter.api.Test;

class MetadataVectorsTest {

  @Test
  void producesTheMetadataAndFrames() {
    VectorFile.check("metadata.json", MetadataVectors.file());
  }
}

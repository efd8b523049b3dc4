package dev.parley.simulator;

import dev.parley.NetworkId;
import dev.parley.dht.wire.DhtAnswer;
import dev.parley.dht.wire.DhtCodec;
import dev.parley.dht.wire.DhtRequest;

/** Sees to it that messages survive the wire, on which the simulation does not put them. */
final class CodecCheck {
  private final DhtCodec codec;

  CodecCheck(NetworkId network) {
    codec = DhtCodec.of(network);
  }

  void check(DhtRequest request) {
    byte[] bytes = codec.encode(request, 1000);
    boolean same = codec.decodeRequest(bytes).request().equals(request);
    require(same && bytes.length == DhtCodec.sizeOf(request), request.op());
  }

  void check(DhtRequest.Op op, DhtAnswer answer) {
    byte[] bytes = codec.encode(answer);
    boolean same = codec.decodeAnswer(op, bytes).equals(answer);
    require(same && bytes.length == DhtCodec.sizeOf(answer), op);
  }

  private static void require(boolean holds, DhtRequest.Op op) {
    if (!holds) {
      throw new IllegalStateException("a message of kind " + op + " does not survive the wire");
    }
  }
}

package dev.parley.transport.noise;

import dev.parley.transport.crypto.RandomSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Gives out known bytes, one entry per draw; a draw of another length fails. */
final class ScriptedRandom implements RandomSource {

  private final Queue<byte[]> script;

  ScriptedRandom(List<byte[]> script) {
    this.script = new ArrayDeque<>(script);
  }

  @Override
  public void fill(byte[] out) {
    byte[] next = script.remove();
    if (next.length != out.length) {
      throw new IllegalStateException("drew " + out.length + " bytes, have " + next.length);
    }
    System.arraycopy(next, 0, out, 0, out.length);
  }
}

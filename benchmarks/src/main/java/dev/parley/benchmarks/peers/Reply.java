package dev.parley.benchmarks.peers;

/** Told once how a request ended, on the thread that found out. */
public interface Reply {
  /** An answer of so many bytes came. */
  void answered(int bytes);

  /** None came. */
  void failed(Throwable cause);
}

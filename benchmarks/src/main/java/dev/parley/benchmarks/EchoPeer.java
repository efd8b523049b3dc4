package dev.parley.benchmarks;

import org.reactivestreams.Publisher;

/** A client that is connected to an echo server in the same process, over loopback. */
interface EchoPeer extends AutoCloseable {
  /** One request, which emits one answer of the payload's size or an error. */
  Publisher<?> request();

  /** The bytes in an answer, which this call takes over. */
  int answerBytes(Object answer);

  @Override
  void close();
}

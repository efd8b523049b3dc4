package dev.parley.benchmarks;

import org.reactivestreams.Publisher;

/**
 * A client that is connected, over loopback, to a server in the same process, which echoes requests
 * and streams items of the payload's size without end.
 */
interface EchoPeer extends AutoCloseable {
  /** One request, which emits one answer of the payload's size or an error. */
  Publisher<?> request();

  /** A stream of the server's items, as fast as they are asked for; the consumer ends it. */
  Publisher<?> stream();

  /** The bytes in an answer or item, which this call takes over. */
  int answerBytes(Object answer);

  @Override
  void close();
}

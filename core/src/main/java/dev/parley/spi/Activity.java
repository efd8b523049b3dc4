package dev.parley.spi;

import dev.parley.TraceContext;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * What a listener keeps of something that takes a while, such as a span of a trace: it is there
 * while the thing happens, and its trace context goes with the message. Used by any thread, one
 * after the other; quick, does not block, does not throw.
 */
public interface Activity {
  /** What a peer is told of the trace; null for nothing. */
  @Nullable TraceContext trace();

  /** Makes this the parent of whatever happens in a reactive chain with the context. */
  Context addTo(Context context);

  /** It ended. Called once. */
  void ended(Outcome outcome);
}

package dev.parley.messenger;

import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.AgentResolver.Candidate;
import dev.parley.FailureCode;
import dev.parley.MessagingException;
import dev.parley.Phase;
import dev.parley.Trail;
import dev.parley.spi.NodeListener;
import dev.parley.spi.NodeListener.Activity;
import dev.parley.spi.NodeListener.Outcome;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;

/**
 * Tells a listener of lookups in the network, in the context of the message that needs one: until
 * the first address, since after that a lookup goes on beside the dial.
 */
final class ObservedResolver implements AgentResolver {
  private final AgentResolver resolver;
  private final NodeListener listener;

  ObservedResolver(AgentResolver resolver, NodeListener listener) {
    this.resolver = resolver;
    this.listener = listener;
  }

  @Override
  public Flux<Candidate> resolve(AgentId agent, Trail.Recorder trail) {
    return Flux.deferContextual(
        context -> {
          Flux<Candidate> found = resolver.resolve(agent, trail);
          Activity activity = listener.lookingUp(agent, context);
          return activity == null ? found : observed(found, activity);
        });
  }

  private static Flux<Candidate> observed(Flux<Candidate> found, Activity activity) {
    AtomicBoolean over = new AtomicBoolean();
    return found
        .doOnNext(candidate -> end(activity, over, Outcome.success()))
        .doOnComplete(() -> end(activity, over, failed(FailureCode.AGENT_NOT_FOUND)))
        .doOnError(e -> end(activity, over, failed(code(e))))
        .doOnCancel(() -> end(activity, over, Outcome.cancelled(Phase.RESOLVE)))
        .contextWrite(activity::addTo);
  }

  private static FailureCode code(Throwable t) {
    return t instanceof MessagingException e ? e.code() : FailureCode.AGENT_NOT_FOUND;
  }

  private static Outcome failed(FailureCode code) {
    return Outcome.failure(code, Phase.RESOLVE);
  }

  private static void end(Activity activity, AtomicBoolean over, Outcome outcome) {
    if (over.compareAndSet(false, true)) {
      activity.ended(outcome);
    }
  }
}

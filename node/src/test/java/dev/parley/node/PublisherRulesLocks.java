package dev.parley.node;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Lets BlockHound pass the lock for which the subscribers of the Reactive Streams TCK may wait.
 * What it throws there would be an item or an end that never arrives at the test.
 */
public final class PublisherRulesLocks implements BlockHoundIntegration {
  private static final String KIT = "org.reactivestreams.tck.TestEnvironment$";

  @Override
  public void applyTo(BlockHound.Builder builder) {
    builder
        .allowBlockingCallsInside(KIT + "Receptacle", "add")
        .allowBlockingCallsInside(KIT + "Receptacle", "complete")
        .allowBlockingCallsInside(KIT + "Promise", "complete")
        .allowBlockingCallsInside(KIT + "Promise", "completeImmediatly");
  }
}

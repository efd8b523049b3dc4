package dev.parley.node;

import dev.parley.links.Links;
import dev.parley.messenger.Messenger;
import dev.parley.shares.Shares;
import dev.parley.spi.Bound;
import dev.parley.spi.Link;
import dev.parley.spi.StateStore;
import dev.parley.transport.rsocket.RSocketCarrier;
import dev.parley.transport.rsocket.TransportOptions;
import dev.parley.transport.rsocket.TransportUse;
import java.util.ArrayList;
import java.util.List;

/** How much of its limits a node uses. Thread-safe. */
record NodeBounds(
    Messenger messenger,
    Links links,
    RSocketCarrier carrier,
    StateStore state,
    NodeLimits limits,
    TransportOptions options,
    Shares memory) {

  List<Bound> now() {
    TransportUse use = carrier.use();
    long fullest = 0;
    for (Link link : links.links()) {
      fullest = Math.max(fullest, link.stats().pendingBytes());
    }
    List<Bound> bounds = new ArrayList<>();
    bounds.add(
        new Bound("maxConcurrentSends", messenger.sendsInFlight(), limits.maxConcurrentSends()));
    bounds.add(
        new Bound(
            "maxConcurrentHandlers", messenger.handlersRunning(), limits.maxConcurrentHandlers()));
    bounds.add(new Bound("maxConnections", use.connections(), options.limits().maxConnections()));
    bounds.add(new Bound("maxHandshakes", use.handshakes(), options.accepting().maxHandshakes()));
    bounds.add(
        new Bound("handshakeQueue", use.handshakesWaiting(), options.accepting().handshakeQueue()));
    bounds.add(new Bound("outboundMaxBytes", fullest, options.memory().outboundMaxBytes()));
    bounds.add(
        new Bound(
            "maxNodeOutboundBytes", use.outboundBytes(), options.memory().maxNodeOutboundBytes()));
    bounds.add(
        new Bound(
            "maxNodeReassemblyBytes",
            use.reassemblyBytes(),
            options.memory().maxNodeReassemblyBytes()));
    bounds.add(new Bound("requestBytes", messenger.requestBytes(), memory.capacity()));
    bounds.add(new Bound("maxPeerBytes", memory.taken(), memory.capacity()));
    if (state.isDurable()) {
      bounds.add(new Bound("stateMaxBytes", state.usedBytes(), state.maxBytes()));
    }
    bounds.addAll(messenger.protocolBounds());
    return List.copyOf(bounds);
  }

  int pendingTasks() {
    return carrier.pendingTasks();
  }
}

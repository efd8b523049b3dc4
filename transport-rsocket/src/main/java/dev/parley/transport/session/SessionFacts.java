package dev.parley.transport.session;

import dev.parley.AgentId;
import dev.parley.NetworkId;
import dev.parley.carrier.InstanceId;

/** What both sides agreed on, apart from keys; see the accessors of {@link EstablishedSession}. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SessionFacts(
    boolean isInitiator,
    AgentId peer,
    NetworkId network,
    Suite suite,
    boolean relayed,
    boolean check,
    InstanceId peerInstance,
    int peerRoles,
    SessionLimits localLimits,
    SessionLimits peerLimits,
    long features,
    long skewMs,
    byte[] dialNonce,
    byte[] credentials) {}

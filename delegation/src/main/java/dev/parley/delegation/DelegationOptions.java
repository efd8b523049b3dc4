package dev.parley.delegation;

/**
 * What bounds delegation at a node.
 *
 * @param maxGrants grants that are kept, those that ended within 30 days among them
 * @param maxWaitingRefusals refused calls that wait for their tick
 */
record DelegationOptions(int maxGrants, int maxWaitingRefusals) {
  static final DelegationOptions DEFAULTS = new DelegationOptions(10_000, 4096);
}

/**
 * Functions that are closed until they are granted, and grants that their holders narrow and pass
 * on. Start with {@link dev.parley.delegation.Delegation}.
 */
module dev.parley.delegation {
  requires transitive dev.parley.core;
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports dev.parley.delegation;
  exports dev.parley.delegation.chain;
}

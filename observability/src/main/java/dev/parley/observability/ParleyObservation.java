package dev.parley.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.docs.ObservationDocumentation;

/** Every observation, with the keys of {@link ParleyConvention#PARLEY}. */
public enum ParleyObservation implements ObservationDocumentation {
  /** A message of ours. Not {@code parley.send}, which is the timer of {@link ParleyMeter}. */
  SEND("parley.message.send", Exchange.class),
  /** A message to us, in its handler. */
  RECEIVE("parley.message.receive", Exchange.class),
  /** An agent is looked up in the network, until the first address. */
  LOOKUP("parley.lookup", Lookup.class);

  private final String observationName;
  private final Class<? extends KeyName> low;

  ParleyObservation(String observationName, Class<? extends KeyName> low) {
    this.observationName = observationName;
    this.low = low;
  }

  /** The name, which is also that of a timer where a registry makes timers of observations. */
  public String observationName() {
    return observationName;
  }

  @Override
  public String getName() {
    return observationName;
  }

  @Override
  public KeyName[] getLowCardinalityKeyNames() {
    return low.getEnumConstants();
  }

  @Override
  public KeyName[] getHighCardinalityKeyNames() {
    return Detail.values();
  }

  /** Keys of few values, of messages. */
  public enum Exchange implements KeyName {
    /** The interaction model. */
    MODEL("parley.model"),
    /** {@code ok}, {@code failed} or {@code cancelled}. */
    OUTCOME("parley.outcome"),
    /** The failure's code, or {@code none}. */
    CODE("parley.code"),
    /** The failure's phase, or {@code none}. */
    PHASE("parley.phase");

    private final String key;

    Exchange(String key) {
      this.key = key;
    }

    @Override
    public String asString() {
      return key;
    }
  }

  /** Keys of few values, of lookups. */
  public enum Lookup implements KeyName {
    /** {@code found}, {@code failed} or {@code cancelled}. */
    OUTCOME("parley.outcome");

    private final String key;

    Lookup(String key) {
      this.key = key;
    }

    @Override
    public String asString() {
      return key;
    }
  }

  /** Keys for traces only. */
  public enum Detail implements KeyName {
    /** The other agent's id, shortened. */
    PEER("parley.peer"),
    /** The route. */
    ROUTE("parley.route");

    private final String key;

    Detail(String key) {
      this.key = key;
    }

    @Override
    public String asString() {
      return key;
    }
  }
}

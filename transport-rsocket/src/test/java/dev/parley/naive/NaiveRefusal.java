package dev.parley.naive;

/** The other side broke a rule of the protocol, or did not prove who it is. */
public final class NaiveRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int rejectCode;

  NaiveRefusal(String rule) {
    this(rule, 0);
  }

  NaiveRefusal(String rule, int rejectCode) {
    super(rule);
    this.rejectCode = rejectCode;
  }

  /** Whether the other side has no capacity just now. */
  public boolean isBusy() {
    return rejectCode == 1;
  }

  /** The code of the REJECT that the other side gets or sent; 0 for none, a silent end. */
  int rejectCode() {
    return rejectCode;
  }
}

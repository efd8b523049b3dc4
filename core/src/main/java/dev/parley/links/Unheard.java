package dev.parley.links;

import dev.parley.carrier.Carrier;

/** Hears nothing of a dial. */
enum Unheard implements Carrier.DialProgress {
  PROGRESS;

  @Override
  public void connected() {}

  @Override
  public void failed(String outcome) {}
}

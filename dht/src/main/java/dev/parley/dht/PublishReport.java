package dev.parley.dht;

/**
 * What became of publishing a listing.
 *
 * @param sequence the listing's sequence number
 * @param stored how many nodes hold it; more may follow after the report
 * @param asked how many nodes were asked to
 * @param complete whether everyone who should hold it was asked; false while that goes on
 */
public record PublishReport(long sequence, int stored, int asked, boolean complete) {}

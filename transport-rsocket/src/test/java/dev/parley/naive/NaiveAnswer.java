package dev.parley.naive;

/**
 * What came back for a request.
 *
 * @param errorCode the code of an ERROR frame, 0 for an answer
 * @param errorText the text of an ERROR frame, empty for an answer
 */
public record NaiveAnswer(int errorCode, String errorText, NaiveMetadata metadata, byte[] data) {}

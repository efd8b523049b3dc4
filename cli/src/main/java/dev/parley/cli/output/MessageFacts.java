package dev.parley.cli.output;

import dev.parley.AgentId;
import dev.parley.Message;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** A message as a JSON object. */
public final class MessageFacts {
  private MessageFacts() {}

  /** Who sent it, and what: bytes that are UTF-8 as {@code text}, others as {@code base64}. */
  public static Map<String, Object> of(AgentId from, Message message) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("from", from.toString());
    facts.put("contentType", message.contentType());
    facts.put("headers", message.headers());
    facts.put("size", message.size());
    try {
      facts.put("text", StandardCharsets.UTF_8.newDecoder().decode(message.buffer()).toString());
    } catch (CharacterCodingException e) {
      facts.put("base64", Base64.getEncoder().encodeToString(message.bytes()));
    }
    return facts;
  }
}

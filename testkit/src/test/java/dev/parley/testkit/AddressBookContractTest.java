package dev.parley.testkit;

import dev.parley.Address;
import dev.parley.AddressBook;
import dev.parley.AgentId;
import dev.parley.AgentResolver;
import dev.parley.PeerAddress;
import java.util.List;

class AddressBookContractTest extends AgentResolverContract {
  @Override
  protected AgentResolver resolver(AgentId known, List<Address> addresses) {
    AddressBook book = AddressBook.create();
    addresses.forEach(address -> book.add(new PeerAddress(known, address)));
    return book;
  }
}

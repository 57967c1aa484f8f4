package acslab;

import static acslab.Calls.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

@ExtendWith(Acslab.class)
class AcslabTest {
  @RepeatedTest(2)
  void eachTestHasAnAccountOfItsOwn(Account account) throws Exception {
    assertEquals(404, call(account, "GetUser", "UserName", "alice"));
    account.user("alice");
    assertEquals(200, call(account, "GetUser", "UserName", "alice"));
  }

  @Test
  void peopleHavePolicies(Account account, Account same) throws Exception {
    assertSame(account, same);
    String deny = "{\"Version\": \"1\", \"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"ram:GetUser\", \"Resource\": \"*\"}]}";
    List<Identity> people = List.of(
        account.user("by-file", "src/test/resources/reader.json"),
        account.user("by-name", "AliyunRAMReadOnlyAccess"),
        account.user("denied", "AliyunRAMReadOnlyAccess", deny),
        account.user("nobody"));
    int[] expected = {200, 200, 403, 403};
    for (int number = 0; number < expected.length; number++) {
      assertEquals(expected[number], call(people.get(number), "GetUser", "UserName", "nobody"), people.get(number).name());
    }
    List<String> denials = account.denials();
    assertEquals(2, denials.size(), denials.toString());
    assertTrue(denials.get(0).contains("denied by denied-2"), denials.get(0));
    assertTrue(denials.get(1).contains("no statement allows it"), denials.get(1));
    AcslabException again = assertThrows(AcslabException.class, () -> account.user("nobody"));
    assertTrue(again.getMessage().contains("EntityAlreadyExists.User"), again.getMessage());
    assertEquals(account.accessKeyId(), account.environment().get("OSS_ACCESS_KEY_ID"));
  }

  @Test
  void aTestThatFailsSaysWhatWasDenied(Cloud cloud) {
    int before = cloud.control("GET", "accounts", null).getAsJsonArray("accounts").size();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(Failing.class)).build(), listener);
    assertEquals(1, listener.getSummary().getTestsFailedCount());
    String told = listener.getSummary().getFailures().get(0).getException().getSuppressed()[0].getMessage();
    assertTrue(told.contains("Ram.ListUsers by acs:ram::") && told.contains("needs ram:ListUsers on "), told);
    assertEquals(before, cloud.control("GET", "accounts", null).getAsJsonArray("accounts").size());
  }

  @Test
  void aCloudEndsWhenItIsClosed() {
    Cloud own = Cloud.start();
    own.control("GET", "health", null);
    own.close();
    assertThrows(AcslabException.class, () -> own.control("GET", "health", null));
  }

  @Test
  void whatIsMissingIsSaid() {
    System.setProperty("acslab", "/nowhere/acslab");
    try {
      AcslabException error = assertThrows(AcslabException.class, () -> Cloud.start());
      assertTrue(error.getMessage().contains("there is no such program"), error.getMessage());
    } finally {
      System.clearProperty("acslab");
    }
  }

  @Tag("inner")
  @ExtendWith(Acslab.class)
  static class Failing {
    @Test
    void fails(Account account) throws Exception {
      assertEquals(200, call(account.user("alice"), "ListUsers"));
    }
  }
}

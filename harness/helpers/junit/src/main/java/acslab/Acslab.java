package acslab;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives each test that asks for an {@link Account} a fresh one, and says of one that fails what was denied.
 *
 * <pre>{@code
 * @ExtendWith(Acslab.class)
 * class ReaderTest {
 *   @Test
 *   @Open("oss")
 *   void aReaderCannotWrite(Account account) {
 *     Identity reader = account.user("reader", "AliyunOSSReadOnlyAccess");
 *     …
 *   }
 * }
 * }</pre>
 */
public final class Acslab implements ParameterResolver, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(Acslab.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Account.class || type == Cloud.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getParameter().getType() == Cloud.class) {
      return Cloud.shared();
    }
    return context.getStore(NAMESPACE).getOrComputeIfAbsent(Account.class, key -> Cloud.shared().account(open(context)));
  }

  private static String[] open(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), Open.class)
        .or(() -> AnnotationSupport.findAnnotation(context.getTestClass(), Open.class))
        .map(Open::value)
        .orElse(new String[0]);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Account account = context.getStore(NAMESPACE).remove(Account.class, Account.class);
    if (account == null) {
      return;
    }
    context.getExecutionException().ifPresent(failure -> failure.addSuppressed(new Denied(account)));
    account.close();
  }

  /** What was denied, told with the failure of a test. */
  public static final class Denied extends Exception {
    private static final long serialVersionUID = 1L;

    Denied(Account account) {
      super(told(account), null, false, false);
    }

    private static String told(Account account) {
      try {
        String denials = String.join(System.lineSeparator(), account.denials());
        return "acslab: denied" + System.lineSeparator() + (denials.isEmpty() ? "nothing" : denials);
      } catch (AcslabException error) {
        return "acslab: the cloud does not tell what was denied: " + error.getMessage();
      }
    }
  }
}

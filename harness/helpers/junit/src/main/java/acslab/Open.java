package acslab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The services that are open in a test's account from the start; on a test, or on its class. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Open {
  /** Their names: {@code oss}, {@code sls}, {@code pai} … */
  String[] value();
}

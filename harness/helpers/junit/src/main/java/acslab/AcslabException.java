package acslab;

/** The cloud does not start, or did not do what it was asked for. */
public final class AcslabException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AcslabException(String message) {
    super(message);
  }

  AcslabException(String message, Throwable cause) {
    super(message, cause);
  }
}

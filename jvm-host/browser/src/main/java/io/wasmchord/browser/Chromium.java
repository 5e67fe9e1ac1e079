package io.wasmchord.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A headless Chromium that is already installed; nothing is downloaded. */
public final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private final Playwright playwright;
  private final Browser browser;

  private static final List<String> ARGUMENTS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  /**
   * WebGPU is on even where the only adapter computes on the CPU, as on a machine without a GPU.
   */
  private static final List<String> GPU_ARGUMENTS =
      Stream.concat(
              ARGUMENTS.stream().filter(argument -> !argument.equals("--disable-gpu")),
              Stream.of("--headless=new", "--enable-unsafe-webgpu"))
          .toList();

  private Chromium(Path executable, List<String> arguments) {
    playwright = playwright();
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(executable)
                    .setHeadless(true)
                    .setArgs(arguments));
  }

  private static Playwright playwright() {
    return Playwright.create(
        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
  }

  /** A browser with a profile on disk, whose pages' storage is files. */
  public record OnDisk(Playwright playwright, BrowserContext context) implements AutoCloseable {
    @Override
    public void close() {
      context.close();
      playwright.close();
    }
  }

  /** Starts the browser that {@link #start} would, over the profile in {@code folder}. */
  public static OnDisk onDisk(Path folder) {
    Playwright playwright = playwright();
    BrowserContext context =
        playwright
            .chromium()
            .launchPersistentContext(
                folder,
                new BrowserType.LaunchPersistentContextOptions()
                    .setExecutablePath(find())
                    .setHeadless(true)
                    .setArgs(ARGUMENTS));
    return new OnDisk(playwright, context);
  }

  /** Starts the same with the extension in {@code extension}. */
  public static OnDisk withExtension(Path folder, Path extension) {
    List<String> arguments = new ArrayList<>(ARGUMENTS);
    arguments.addAll(
        List.of(
            "--headless=new",
            "--disable-extensions-except=" + extension,
            "--load-extension=" + extension));
    Playwright playwright = playwright();
    BrowserContext context =
        playwright
            .chromium()
            .launchPersistentContext(
                folder,
                new BrowserType.LaunchPersistentContextOptions()
                    .setExecutablePath(find())
                    .setHeadless(false) // the old headless mode has no extensions
                    .setIgnoreDefaultArgs(List.of("--disable-extensions"))
                    .setArgs(arguments));
    return new OnDisk(playwright, context);
  }

  /**
   * Starts the browser that {@code CHORD_CHROMIUM} names, or one found on the path.
   *
   * @throws IllegalStateException when there is none; the message says what to do
   */
  public static Chromium start() {
    return new Chromium(find(), ARGUMENTS);
  }

  /**
   * Starts the same engine without a window's surface, where it is installed beside the browser
   * (Debian: chromium-headless-shell), else the browser. It opens a page in a third of the time.
   */
  public static Chromium shell() {
    Path browser = find().toAbsolutePath();
    Path shell = browser.resolveSibling(browser.getFileName() + "-headless-shell");
    return new Chromium(Files.isExecutable(shell) ? shell : browser, ARGUMENTS);
  }

  /** Starts the browser with WebGPU. */
  public static Chromium withGpu() {
    return new Chromium(find(), GPU_ARGUMENTS);
  }

  public Browser browser() {
    return browser;
  }

  private static Path find() {
    String named = System.getenv("CHORD_CHROMIUM");
    if (named != null && !named.isBlank()) {
      return Path.of(named);
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      for (String name : NAMES) {
        Path candidate = Path.of(folder, name);
        if (Files.isExecutable(candidate)) {
          return candidate;
        }
      }
    }
    throw new IllegalStateException(
        "no Chromium on the path: install it (Debian: apt-get install chromium) or name one with CHORD_CHROMIUM");
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}

package io.wasmchord.cli.demo;

import io.wasmchord.jvm.FileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.content.HttpContent;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.ResourceService;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.ResourceFactory;

/** The files of a folder, whole or in parts. */
public final class SharedFolder extends ResourceHandler {
  @SuppressWarnings("removal") // of setUseFileMapping; there is nothing else in its place yet
  SharedFolder(Path folder) {
    setBaseResource(ResourceFactory.of(this).newResource(real(folder)));
    setAcceptRanges(true);
    setUseFileMapping(false); // Jetty answers ranges of mapped files above 2 GiB with an error
    setDirAllowed(false);
    setCacheControl("no-cache");
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw FileException.of("read", folder, e);
    }
  }

  @Override
  protected ResourceService newResourceService() {
    return new SameFileRanges();
  }

  /** Gives parts of the file that the client has begun, and of another all. */
  private static final class SameFileRanges extends ResourceService {
    @Override
    public void doGet(Request request, Response response, Callback callback, HttpContent content) {
      boolean parts = inBytes(request) && same(request, content);
      super.doGet(parts ? request : new Whole(request), response, callback, content);
    }

    /** Ranges in other units are as good as none. */
    private static boolean inBytes(Request request) {
      String range = request.getHeaders().get(HttpHeader.RANGE);
      return range != null && range.toLowerCase(Locale.ROOT).startsWith("bytes=");
    }

    private static boolean same(Request request, HttpContent content) {
      String begun = request.getHeaders().get(HttpHeader.IF_RANGE);
      return begun == null || begun.equals(lastModified(content));
    }

    /** The only validator that is sent. */
    private static String lastModified(HttpContent content) {
      return content.getLastModified() == null ? "" : content.getLastModified().getValue();
    }
  }

  /** A request that asks for all. */
  private static final class Whole extends Request.Wrapper {
    Whole(Request request) {
      super(request);
    }

    @Override
    public HttpFields getHeaders() {
      return HttpFields.build(super.getHeaders()).remove(HttpHeader.RANGE);
    }
  }
}

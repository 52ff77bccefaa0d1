import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import java.util.UUID;

/** Speaks MongoDB's wire protocol for tests: TestServer PORT. Not MongoDB: see docs/guide/mongodb.md. */
public final class TestServer {
  /** The driver asks for 4.4 or newer; what it then sends is within what this server knows. */
  private static final MongoVersion ANNOUNCED =
      new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
          return List.of(5, 0, 0);
        }

        @Override
        public int getWireVersion() {
          return 13;
        }
      };

  public static void main(String[] arguments) throws InterruptedException {
    var backend = new Backend();
    backend.version(ANNOUNCED);
    var server = new MongoServer(backend);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
    Thread.currentThread().join();
  }

  private static final class Backend extends MemoryBackend {
    @Override
    public MemoryDatabase openOrCreateDatabase(String name) {
      return new Database(name, getCursorRegistry());
    }
  }

  private static final class Database extends MemoryDatabase {
    Database(String name, CursorRegistry cursors) {
      super(name, cursors);
    }

    @Override
    protected Index<Integer> openOrCreateUniqueIndex(
        String collection, String name, List<IndexKey> keys, boolean isSparse) {
      return new UniqueIndex(name, keys, isSparse);
    }
  }

  /**
   * Finds a document by its id whatever else the filter asks of it, as MongoDB does. Without this each
   * conditional update would look through its whole collection. What is found is held against the
   * whole filter all the same.
   */
  private static final class UniqueIndex extends MemoryUniqueIndex {
    UniqueIndex(String name, List<IndexKey> keys, boolean isSparse) {
      super(name, keys, isSparse);
    }

    @Override
    public synchronized boolean canHandle(Document filter) {
      return super.canHandle(filter) || (keys().equals(List.of("_id")) && namesId(filter.get("_id")));
    }

    private static boolean namesId(Object id) {
      return id instanceof UUID || id instanceof String;
    }
  }
}

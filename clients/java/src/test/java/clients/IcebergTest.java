package clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.aliyun.oss.OSSClientBuilder;
import com.aliyun.oss.OSSException;

import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.aliyun.oss.OSSFileIO;
import org.apache.iceberg.avro.Avro;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.avro.DataWriter;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** Apache Iceberg with its files in OSS, as a user who may do no more than that. */
class IcebergTest {
    private static Map<String, String> properties(Cloud cloud) throws Exception {
        var owner = new OSSClientBuilder().build("http://" + cloud.address, cloud.owner.id(), cloud.owner.secret());
        owner.createBucket("lake");
        owner.createBucket("elsewhere");
        String document = "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\","
            + "\"Action\":[\"oss:GetObject\",\"oss:PutObject\",\"oss:DeleteObject\"],\"Resource\":\"acs:oss:*:*:lake/*\"}]}";
        Cloud.Key user = cloud.user("iceberg", document);
        return Map.of(
            "io-impl", OSSFileIO.class.getName(),
            "warehouse", "oss://lake/warehouse",
            "oss.endpoint", "http://" + cloud.address,
            "client.access-key-id", user.id(),
            "client.access-key-secret", user.secret());
    }

    @Test
    void files() throws Exception {
        try (Cloud cloud = Cloud.start(); var io = new OSSFileIO()) {
            io.initialize(properties(cloud));
            String at = "oss://lake/a folder/file.bin";
            assertFalse(io.newInputFile(at).exists());
            byte[] bytes = new byte[1024 * 1024 + 13];
            new Random(1).nextBytes(bytes);
            try (var out = io.newOutputFile(at).create()) {
                out.write(bytes, 0, 1000);
                for (int n = 1000; n < 1100; n++) {
                    out.write(bytes[n]);
                }
                out.write(bytes, 1100, bytes.length - 1100);
                assertEquals(bytes.length, out.getPos());
            }
            var file = io.newInputFile(at);
            assertTrue(file.exists());
            assertEquals(bytes.length, file.getLength());
            try (var in = file.newStream()) {
                assertArrayEquals(bytes, in.readAllBytes());
                in.seek(1_000_000);
                assertEquals(bytes[1_000_000], (byte) in.read());
                in.seek(5);
                assertEquals(bytes[5], (byte) in.read());
            }
            io.deleteFile(at);
            // Looked at anew: a file keeps in mind what it was told.
            assertFalse(io.newInputFile(at).exists());
            // What its policy does not give.
            var refused = assertThrows(OSSException.class, () -> io.newInputFile("oss://elsewhere/file").exists());
            assertEquals("AccessDenied", refused.getErrorCode());
        }
    }

    @Test
    void table() throws Exception {
        try (Cloud cloud = Cloud.start(); var catalog = new InMemoryCatalog()) {
            catalog.initialize("test", properties(cloud));
            catalog.createNamespace(Namespace.of("db"));
            var schema = new Schema(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "name", Types.StringType.get()));
            var name = TableIdentifier.of("db", "people");
            Table table = catalog.createTable(name, schema, PartitionSpec.unpartitioned());
            for (int batch = 0; batch < 3; batch++) {
                List<Record> rows = new ArrayList<>();
                for (long n = 0; n < 1000; n++) {
                    Record row = GenericRecord.create(schema);
                    row.setField("id", batch * 1000 + n);
                    row.setField("name", "name " + n);
                    rows.add(row);
                }
                table.newAppend().appendFile(written(table, schema, "batch-" + batch, rows)).commit();
            }
            Table loaded = catalog.loadTable(name);
            assertTrue(loaded.location().startsWith("oss://lake/warehouse"), loaded.location());
            long rows = 0, sum = 0;
            try (var read = IcebergGenerics.read(loaded).build()) {
                for (Record row : read) {
                    rows++;
                    sum += (Long) row.getField("id");
                }
            }
            assertEquals(3000, rows);
            assertEquals(2999L * 3000 / 2, sum);
            // An earlier snapshot, and then everything gone.
            long first = loaded.history().get(0).snapshotId();
            long before = 0;
            try (var read = IcebergGenerics.read(loaded).useSnapshot(first).build()) {
                for (Record ignored : read) {
                    before++;
                }
            }
            assertEquals(1000, before);
            assertTrue(catalog.dropTable(name, true));
        }
    }

    private static DataFile written(Table table, Schema schema, String name, List<Record> rows) throws Exception {
        var file = table.io().newOutputFile(table.locationProvider().newDataLocation(name + ".avro"));
        try (var out = Avro.write(file).schema(schema).createWriterFunc(DataWriter::create).build()) {
            rows.forEach(out::add);
        }
        return DataFiles.builder(table.spec())
            .withPath(file.location())
            .withFileSizeInBytes(file.toInputFile().getLength())
            .withRecordCount(rows.size())
            .withFormat(FileFormat.AVRO)
            .build();
    }
}

using System.Text;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;

public class DataTableTests
{
    static string Rows(string csv)
    {
        var (columns, rows) = DataTable.Csv(Encoding.UTF8.GetBytes(csv));
        return string.Join("/", rows.Prepend(columns).Select(row => string.Join("|", row)));
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "a|b/1|2")]
    [InlineData("a,b\r\n1,2\r\n", "a|b/1|2")]
    [InlineData("a,b\r1,2\r", "a|b/1|2")]
    [InlineData("\uFEFFa,b\n1,2", "a|b/1|2")]
    [InlineData("a,b\n1,\n,2\n,\n", "a|b/1|/|2/|")]
    [InlineData("a,b\n\"1,\"\"x\"\"\",\"2\n3\"\n", "a|b/1,\"x\"|2\n3")]
    [InlineData("a,b\n\"\",\"\"\"\"\n", "a|b/|\"")]
    [InlineData("a,b\n1,2\n\n3,4\n\n", "a|b/1|2/3|4")]
    [InlineData("a\n1\n\n2\n", "a/1//2")]
    [InlineData("a,b\n 1 , 2\n", "a|b/ 1 | 2")]
    public void A_csv_is_read_as_rfc_4180_has_it(string csv, string rows) => Assert.Equal(rows, Rows(csv));

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("a,b\n", "no rows below its header")]
    [InlineData("a,b\n1,2\n1,2,3\n", "line 3 has 3 fields, and the header row has 2")]
    [InlineData("a,b\n\"1\n1\",2\n1\n", "line 4 has 1 fields")]
    [InlineData("a,b\n1,\"2\n", "the quote that opens in the row at line 2 never closes")]
    [InlineData("a,b\n1,\"2\"3\n", "line 2 goes on behind a closed quote")]
    [InlineData("a,b\n1,2\"3\n", "line 2 has a quote within a field")]
    [InlineData("a,a\n1,2\n", "the column \"a\" stands twice")]
    [InlineData("a,\n1,2\n", "\"\" cannot be a column's name")]
    public void A_csv_that_is_not_one_says_the_line(string csv, string says) => Assert.Contains(says, Assert.Throws<FormatException>(() => Rows(csv)).Message, StringComparison.Ordinal);

    [Fact]
    public void Json_is_a_list_of_maps_with_the_same_keys()
    {
        var (columns, rows) = DataTable.Json("""[{"b":1.50,"a":"x"},{"a":null,"b":{"c":true}}]"""u8);

        Assert.Equal(["a", "b"], columns);
        Assert.Equal([["x", "1.5"], ["", """{"c":true}"""]], rows);
    }

    [Theory]
    [InlineData("{", "it is not JSON")]
    [InlineData("{}", "it is no list")]
    [InlineData("[]", "it has no rows")]
    [InlineData("[1]", "its first element is no map")]
    [InlineData("""[{"a":1},{"b":1}]""", "element 1 has no \"a\"")]
    [InlineData("""[{"a":1},{"a":1,"b":2}]""", "element 1 has not the keys of the first")]
    public void Json_that_is_no_table_says_why(string json, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => DataTable.Json(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void Not_utf_8_is_said() => Assert.Equal("it is not UTF-8", Assert.Throws<FormatException>(() => DataTable.Csv([0x61, 0xff, 0x0a, 0x61])).Message);

    [Fact]
    public void Damaged_data_is_read_or_refused()
    {
        Fuzz.Damage(["a,b\r\n1,\"2,\"\"x\"\"\"\r\n\"3\n\",4\r\n"u8.ToArray(), """[{"a":"x","b":1},{"a":"y","b":null}]"""u8.ToArray()], bytes =>
        {
            Try(() => DataTable.Csv(bytes));
            Try(() => DataTable.Json(bytes));
        });

        static void Try(Func<(string[] Columns, string[][] Rows)> read)
        {
            try
            {
                var (columns, rows) = read();
                Assert.All(rows, row => Assert.Equal(columns.Length, row.Length));
            }
            catch (FormatException)
            {
                // Refused, in words.
            }
        }
    }
}

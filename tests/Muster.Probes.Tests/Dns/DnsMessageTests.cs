namespace Muster.Probes.Tests.Dns;

public class DnsMessageTests
{
    static readonly byte[] Question = DnsMessage.Ask(7, "shop.test", DnsType.A)!;

    static byte[] Answer(params byte[][] records) => [0, 7, 0x84, 0, 0, 1, 0, (byte)records.Length, 0, 0, 0, 0, .. Question[12..], .. records.SelectMany(record => record)];

    static byte[] Record(byte[] owner, byte type, params byte[] data) => [.. owner, 0, type, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data];

    static readonly byte[] Self = [0xc0, 12];

    static DnsMessage Read(byte[] message) => DnsMessage.Read(message, 7, "shop.test", DnsType.A);

    [Fact]
    public void An_alias_leads_to_its_addresses_and_strangers_are_left_out()
    {
        var message = Answer(
            Record(Self, 5, LoopbackNameServer.Name("cdn.test")),
            Record(LoopbackNameServer.Name("cdn.test"), 1, 192, 0, 2, 1),
            Record(LoopbackNameServer.Name("evil.test"), 1, 192, 0, 2, 66));

        Assert.Equal(["192.0.2.1"], Assert.IsType<DnsMessage.Answer>(Read(message)).Records);
    }

    [Fact]
    public void A_name_that_points_at_itself_ends()
    {
        var at = (byte)(12 + Question.Length - 12);
        var self = Answer(Record([0xc0, at], 1, 192, 0, 2, 1));
        var forward = Answer(Record([0xc0, (byte)(at + 4)], 1, 192, 0, 2, 1));

        Assert.IsType<DnsMessage.Malformed>(Read(self));
        Assert.IsType<DnsMessage.Malformed>(Read(forward));
    }

    [Fact]
    public void A_name_is_no_longer_than_names_may_be()
    {
        byte[] label = [63, .. new byte[63]];
        byte[] name = [.. Enumerable.Repeat(label, 6).SelectMany(bytes => bytes), 0];

        Assert.IsType<DnsMessage.Malformed>(Read(Answer(Record(name, 1, 192, 0, 2, 1))));
    }

    [Fact]
    public void An_answer_to_another_question_is_not_ours()
    {
        var whole = Answer(Record(Self, 1, 192, 0, 2, 1));

        Assert.IsType<DnsMessage.Answer>(Read(whole));
        Assert.IsType<DnsMessage.NotOurs>(DnsMessage.Read(whole, 8, "shop.test", DnsType.A));
        Assert.IsType<DnsMessage.NotOurs>(DnsMessage.Read(whole, 7, "shop.test", DnsType.AAAA));
        Assert.IsType<DnsMessage.NotOurs>(DnsMessage.Read(whole, 7, "other.test", DnsType.A));
        Assert.IsType<DnsMessage.NotOurs>(DnsMessage.Read(Question, 7, "shop.test", DnsType.A));
    }

    [Fact]
    public void A_record_of_the_wrong_size_is_malformed() => Assert.IsType<DnsMessage.Malformed>(Read(Answer(Record(Self, 1, 192, 0, 2))));

    [Fact]
    public void Damaged_answers_are_read_without_an_exception() => Fuzz.Damage(
        [
            Answer(Record(Self, 1, 192, 0, 2, 1), Record(Self, 5, LoopbackNameServer.Name("cdn.test"))),
            Answer(Record(Self, 16, 3, 97, 98, 99), Record(Self, 15, 0, 10, 0xc0, 12)),
        ],
        message =>
        {
            foreach (var type in Enum.GetValues<DnsType>())
                if (DnsMessage.Read(message, 7, "shop.test", type) is DnsMessage.Answer answer) Assert.True(answer.Records.Length <= 500);
        });
}

using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Mail;

/// <summary>Mails as programs really write them, in a Maildir: encoded, in parts, large, many.</summary>
public sealed class MaildirTests : IDisposable
{
    const string Token = "invitation-7f3a9c21d4";
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-mail-");

    public void Dispose() => _folder.Delete(recursive: true);

    void Put(string mail, string name = "one", string part = "new") => Put(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")), name, part);

    void Put(byte[] mail, string name, string part)
    {
        var place = Path.Combine(_folder.FullName, "mail", part);
        Directory.CreateDirectory(place);
        File.WriteAllBytes(Path.Combine(place, name), mail);
    }

    Task<Sight> Look(string contains = Token) => Probing.Look(Probing.Options with { Folder = _folder.FullName }, "mail.receipt", ("target", "mail"), ("contains", contains), ("wait", 0));

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks);

    public static TheoryData<string, string> Encoded => new()
    {
        { "base64", $"Subject: Hello\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{Base64("Your invitation, of some length, is " + Token + " and more of it.")}\n" },
        { "quoted-printable", $"Subject: Hello\nContent-Transfer-Encoding: Quoted-Printable\n\nYour code=3A {Token[..14]}=\n{Token[14..16]}={(int)Token[16]:X2}{Token[17..]} =FCber\n" },
        { "a subject in base64", $"Subject: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes("Gr\u00fc\u00dfe, " + Token[..10]))}?=\n =?UTF-8?b?{Convert.ToBase64String(Encoding.UTF8.GetBytes(Token[10..]))}?=\n\nHello\n" },
        { "a subject in Q", $"Subject: =?iso-8859-1?Q?Gr=FC=DFe,_{Token.Replace("-", "=2D", StringComparison.Ordinal)}?=\n\nHello\n" },
        { "a part of a part", $"""
            Subject: Hello
            MIME-Version: 1.0
            Content-Type: multipart/mixed;
             boundary="outer one"

            A mail in parts.
            --outer one
            Content-Type: multipart/alternative; boundary=inner

            --inner
            Content-Type: text/plain

            Another text.
            --inner
            Content-Type: text/html; charset="utf-8"
            Content-Transfer-Encoding: base64

            {Base64("<p>A page of some length, so that it comes in lines, with " + Token + "</p>")}
            --inner--
            --outer one--

            """ },
        { "as it is", $"Subject: Hello\n\nYour code: {Token}\n" },
    };

    [Theory]
    [MemberData(nameof(Encoded))]
    public async Task A_word_is_found_however_the_mail_is_written(string how, string mail)
    {
        Put(mail);

        var seen = (await Look()).Observation!;

        Assert.True(seen["delivered"]!.Equals(Value.True), how);
        Assert.Equal((Value)1, seen["messages"]);
        Assert.Equal(Value.False, (await Look("invitation-of-another")).Observation!["delivered"]);
    }

    [Fact]
    public async Task A_subject_is_shown_as_it_reads()
    {
        Put($"Subject: =?iso-8859-1?Q?Gr=FC=DFe?= =?utf-8?Q?_aus?= K\nFrom: shop@shop.test\n\n{Token}\n");

        Assert.Equal("Gr\u00fc\u00dfe aus K", (await Look()).Observation.Text("headers", "subject"));
    }

    [Fact]
    public async Task A_large_mail_is_read_at_its_beginning()
    {
        Put([.. Encoding.ASCII.GetBytes($"Subject: {Token}\r\nContent-Type: text/plain\r\n\r\n"), .. Enumerable.Repeat((byte)'a', 2 * 1024 * 1024)], "large", "cur");

        Assert.Equal(Value.True, (await Look()).Observation!["delivered"]);
    }

    [Fact]
    public async Task A_mailbox_with_more_mails_than_are_read_is_said_to_be_so()
    {
        for (var i = 0; i < 20_001; i++) Put("a"u8.ToArray(), $"{i}", i % 2 == 0 ? "new" : "cur");

        Probing.Blind(await Look(), Blind.TooLarge, "20000");
    }

    [Fact]
    public async Task A_page_that_lists_more_than_is_read_is_said_to_be_so()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/", _ => SiteResponse.Json(200, $"[{string.Join(',', Enumerable.Repeat("1", 20_001))}]"));

        Probing.Blind(await Probing.Look("mail.receipt", ("target", site.Address.AbsoluteUri), ("page", "/"), ("contains", Token), ("wait", 0)), Blind.TooLarge, "20000");
    }

    [Fact]
    public void Damaged_mails_are_read_as_far_as_they_can_be() => Fuzz.Damage([.. Encoded.Select(one => Encoding.UTF8.GetBytes(((ITheoryDataRow)one).GetData()[1]!.ToString()!))], mail => MailText.Of(mail));
}

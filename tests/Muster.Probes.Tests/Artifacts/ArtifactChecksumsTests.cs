using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Artifacts;

public sealed class ArtifactChecksumsTests : IDisposable
{
    readonly SearchedFolder _folder = new();

    public ArtifactChecksumsTests()
    {
        _folder.Write("dist/web.bin", "web");
        _folder.Write("dist/sub/api.bin", "api");
    }

    public void Dispose() => _folder.Dispose();

    static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    async Task<Value.Fields> Seen(string list, params (string, Value)[] more)
    {
        _folder.Write("dist/SUMS", list);
        var sight = await Look(more);
        Assert.True(sight.Observation is not null, sight.Detail);
        return sight.Observation;
    }

    Task<Sight> Look(params (string, Value)[] more) => Probing.Look(Probing.Options with { Folder = _folder.Path }, "artifact.checksums", [("target", "dist/SUMS"), .. more]);

    static string Names(Value.Fields seen, string field) => string.Join(' ', seen.Items(field).Select(one => one.Text()));

    [Fact]
    public async Task The_lists_of_the_usual_tools_are_verified()
    {
        var sha512 = Convert.ToHexString(SHA512.HashData("api"u8));
        foreach (var list in (string[])
        [
            $"{Sum("web")}  web.bin\n{Sum("api")} *sub/api.bin\n", $"SHA256 (web.bin) = {Sum("web")}\nSHA2-256(sub/api.bin)= {Sum("api")}\n".Replace("SHA2-256(", "SHA256 (", StringComparison.Ordinal),
            $"\uFEFF# made\r\n{Sum("web")}  ./web.bin\r\n{sha512}  sub/api.bin\r\n", $"{Sum("web")}  web.bin\nSHA512 (sub/api.bin) = {sha512}",
        ])
        {
            var seen = await Seen(list);
            Assert.Equal(2, seen["verified"]);
            foreach (var field in (string[])["mismatched", "missing", "unlisted", "duplicates", "escaping"]) Assert.Equal("", Names(seen, field));
        }
    }

    [Fact]
    public async Task Each_way_to_be_wrong_is_told_by_name()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "secret.txt"), "x");
        File.CreateSymbolicLink(_folder.Of("dist/link"), _folder.Of("secret.txt"));

        var seen = await Seen($"{Sum("weB")}  web.bin\n{Sum("x")}  gone.bin\n{Sum("x")}  ../secret.txt\n{Sum("x")}  link\n{Sum("x")}  {_folder.Of("secret.txt")}\n{Sum("web")}  ./web.bin\n");

        Assert.Equal("web.bin", Names(seen, "mismatched"));
        Assert.Equal("gone.bin", Names(seen, "missing"));
        Assert.Equal("link sub/api.bin", Names(seen, "unlisted"));
        Assert.Equal("web.bin", Names(seen, "duplicates"));
        Assert.Equal($"../secret.txt link {_folder.Of("secret.txt")}", Names(seen, "escaping"));
    }

    [Fact]
    public async Task A_file_may_stay_unlisted_only_by_name()
    {
        var list = $"{Sum("web")}  web.bin\n";

        Assert.Equal("sub/api.bin", Names(await Seen(list), "unlisted"));
        Assert.Equal("", Names(await Seen(list, ("besides", new Value.Items(["sub/*"]))), "unlisted"));
    }

    [Theory]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e  web.bin\n")]
    [InlineData("MD5 (web.bin) = d41d8cd98f00b204e9800998ecf8427e\n")]
    [InlineData("SHA512 (web.bin) = d41d8cd98f00b204e9800998ecf8427e\n")]
    [InlineData("hello\n")]
    public async Task A_line_that_is_none_makes_it_unproven(string line)
    {
        _folder.Write("dist/SUMS", line);

        Probing.Blind(await Look(), Blind.Unreadable, "line 1");
    }

    [Fact]
    public async Task An_empty_list_proves_nothing()
    {
        _folder.Write("dist/SUMS", "\n");

        Assert.Equal(0, (await Look()).Population);
        Probing.Blind(await Look(("files", "absent")), Blind.Unreadable, "not there");
    }

    [Fact]
    public void Damaged_lists_are_read_or_refused() => Fuzz.Damage([Encoding.UTF8.GetBytes($"{Sum("a")}  a\n\\{Sum("b")} *b\\n\nSHA256 (c) = {Sum("c")}\n")], bytes =>
    {
        try { ChecksumList.Read(bytes, "a"); }
        catch (Unseen) { return; } // Refused, with its reason.
    });
}

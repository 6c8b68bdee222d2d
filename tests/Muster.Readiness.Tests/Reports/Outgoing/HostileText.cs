using FsCheck;
using FsCheck.Fluent;

namespace Muster.Readiness.Tests;

/// <summary>Text that somebody wrote to break a reader: pieces with a meaning in some format, between any UTF-16 units at all, lone surrogates among them.</summary>
static class HostileText
{
    static readonly string[] Pieces =
    [
        "]]>", "<![CDATA[", "<!--", "-->", "&amp;", "&#0;", "&lol;", "<!DOCTYPE x [", "</testcase>", "\"", "'", "::", "::error::", "::set-output name=a::b", "%0A", "%", ",", ":", "\n", "\r\n", "\r", "\0",
        "\u001b[31m", "\u0085", "\u2028", "\u2029", "\u202e", "\u200f", "\ufffe", "\uffff", "\ud800", "\udc00", "\udc00\ud800", "\ud83d\ude00", "\\", "\\n", "{0}", "}}", "[a](0)", "](", "# EOF\n", "# TYPE", "} 1\n", "a{b=\"c\"} 1",
        "../..", "C:\\", "|", "`", "$(id)", "${{ secrets }}", new string('w', 3_000),
    ];

    public static readonly Arbitrary<string> Any = Gen.OneOf(
        Gen.Elements(Pieces), Gen.Choose(0, 0xFFFF).Select(unit => ((char)unit).ToString()), Gen.Choose(32, 126).Select(unit => ((char)unit).ToString()))
        .NonEmptyListOf().Select(parts => string.Concat(parts)).ToArbitrary();

    public static void Holds(Action<string> property) => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true), Prop.ForAll(Any, text =>
    {
        property(text);
        return true;
    }));
}

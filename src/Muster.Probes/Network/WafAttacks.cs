namespace Muster.Probes;

/// <summary>Where a request carries a text.</summary>
enum WafPlace { Query, Body, Header }

/// <summary>A text that a firewall blocks, or one that only looks a little like it and must pass.</summary>
sealed record WafText(string Name, WafPlace Place, string Text);

/// <summary>A short set of our own. Nothing in it does any harm where it arrives: it reads, prints or names what is not there.</summary>
static class WafAttacks
{
    public static readonly WafText[] Bad =
    [
        new("SQL, always true", WafPlace.Query, "1' OR '1'='1' -- "),
        new("SQL, union", WafPlace.Query, "1 UNION SELECT name, word FROM muster--"),
        new("SQL in a form", WafPlace.Body, "7'; SELECT pg_sleep(0); --"),
        new("script", WafPlace.Query, "<script>alert('muster')</script>"),
        new("script in an attribute", WafPlace.Query, "\"><img src=x onerror=alert('muster')>"),
        new("script in a form", WafPlace.Body, "<svg/onload=alert('muster')>"),
        new("path upward", WafPlace.Query, "../../../../../../etc/passwd"),
        new("path upward in a form", WafPlace.Body, "../../../../../../etc/passwd"),
        new("command", WafPlace.Query, ";cat /etc/passwd"),
        new("command, substituted", WafPlace.Query, "$(cat /etc/passwd)"),
        new("command in a header", WafPlace.Header, "() { :; }; /bin/cat /etc/passwd"),
        new("page script", WafPlace.Body, "<?php system('id'); ?>"),
    ];

    public static readonly WafText[] Good =
    [
        new("a name with an apostrophe", WafPlace.Query, "O'Reilly and sons"),
        new("words that SQL has too", WafPlace.Query, "select a chair for the union of two shops"),
        new("a word that pages have too", WafPlace.Query, "the script of a play"),
        new("a sentence in a form", WafPlace.Body, "Drop us a line, or come by: we are open till six."),
        new("a browser's name", WafPlace.Header, "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/128.0"),
        new("nothing of note", WafPlace.Query, "chair"),
    ];
}

namespace Muster.Readiness;

/// <summary>Sections, tables, pills, the timeline and the folded controls.</summary>
static class HtmlStyleParts
{
    public static readonly Html Sheet = Html.Of($$"""
        .good { --mark: var(--good); --mark-ground: var(--good-ground); }
        .bad { --mark: var(--bad); --mark-ground: var(--bad-ground); }
        .doubt { --mark: var(--doubt); --mark-ground: var(--doubt-ground); }
        .held { --mark: var(--held); --mark-ground: var(--held-ground); }
        .none { --mark: var(--none); --mark-ground: var(--none-ground); }
        .pill { display: inline-block; padding: .08rem .55rem; border-radius: 999px; background: var(--mark-ground); color: var(--mark); font-size: .86rem; font-weight: 650; white-space: nowrap; }
        .ink { color: var(--mark); font-weight: 700; }
        .beside { display: inline-block; padding: 0 .45rem; border: 1px solid var(--line); border-radius: 999px; color: var(--soft); font-size: .82rem; }
        .frame { display: grid; grid-template-columns: 11.5rem minmax(0, 1fr); gap: 2rem; padding-top: 1.8rem; padding-bottom: 2.5rem; align-items: start; }
        nav { position: sticky; top: 1.5rem; font-size: .92rem; }
        nav ul { list-style: none; padding: 0; }
        nav a { display: block; padding: .28rem 0; color: var(--soft); text-decoration: none; }
        nav a:hover { color: var(--ink); text-decoration: underline; }
        main { min-width: 0; }
        main section { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 1.4rem 1.6rem 1.5rem; margin-bottom: 1.2rem; }
        table { width: 100%; border-collapse: collapse; font-size: .95rem; }
        thead th { text-align: left; color: var(--soft); font-size: .82rem; font-weight: 600; padding: 0 1rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: bottom; }
        tbody th { text-align: left; font-weight: 500; }
        thead th { overflow-wrap: normal; }
        tbody th, td { min-width: 5.6rem; padding: .65rem 1rem .65rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        tbody th { min-width: 12rem; }
        tbody tr:last-child > * { border-bottom: 0; padding-bottom: .1rem; }
        th:last-child, td:last-child { padding-right: 0; }
        th .title { display: block; width: min-content; min-width: 12.5rem; color: var(--soft); font-size: .9rem; font-weight: 400; margin-top: .15rem; }
        .fix { display: block; margin-top: .3rem; color: var(--soft); }
        .fix b { color: var(--ink); font-weight: 600; }
        ul.bare { list-style: none; padding: 0; }
        .reasons { list-style: none; padding: 0; }
        .reasons li { display: grid; grid-template-columns: minmax(9rem, 13rem) minmax(0, 1fr) auto; gap: .2rem 1.2rem; padding: .5rem 0; border-bottom: 1px solid var(--line); align-items: baseline; }
        .reasons li:last-child { border-bottom: 0; padding-bottom: 0; }
        .reasons code { font-weight: 600; }
        .reasons .soft { font-size: .85rem; }
        .timeline { list-style: none; padding: 0 0 0 1.3rem; border-left: 2px solid var(--line); margin-left: .4rem; }
        .timeline li { position: relative; padding: .35rem 0; display: grid; grid-template-columns: 11.5rem minmax(0, 1fr); gap: 0 1rem; }
        .timeline li > span:last-child { grid-column: 2; grid-row: 1 / span 2; }
        .timeline time { grid-column: 1; white-space: nowrap; }
        .timeline .soft { grid-column: 1; font-size: .85rem; }
        .timeline li::before { content: ""; position: absolute; left: -1.78rem; top: .75rem; width: .75rem; height: .75rem; border-radius: 50%; background: var(--soft); border: 2px solid var(--paper); }
        .timeline .coming::before { background: var(--paper); border-color: var(--soft); }
        .timeline .now::before { background: var(--ink); width: 1rem; height: 1rem; left: -1.9rem; top: .65rem; }
        details { border-top: 1px solid var(--line); }
        details:last-of-type { border-bottom: 1px solid var(--line); }
        summary { cursor: pointer; padding: .6rem .2rem; list-style-position: outside; margin-left: 1.1rem; }
        summary .title { color: var(--soft); margin-left: .3rem; }
        summary:hover .title { color: var(--ink); }
        .within { padding: .2rem 0 1rem 1.3rem; }
        .part { margin-top: .9rem; padding: .9rem 1rem; background: var(--raised); border: 1px solid var(--line); border-radius: 8px; }
        .part p { margin: .3rem 0 .7rem; }
        .part table { margin-bottom: .7rem; }
        .pairs > div { display: grid; grid-template-columns: 7.5rem minmax(0, 1fr); gap: .1rem 1rem; padding: .12rem 0; }
        .pairs dt { color: var(--soft); }
        .pairs dd { margin: 0; }
        footer { background: var(--paper); border-top: 1px solid var(--line); padding: 2rem 0 2.5rem; }
        footer h2 { font-size: 1.05rem; margin-bottom: .5rem; }
        footer dl { margin-bottom: 1.4rem; }
        pre { margin: .7rem 0; padding: .8rem 1rem; background: var(--raised); border: 1px solid var(--line); border-radius: 8px; white-space: pre-wrap; }

        """);
}

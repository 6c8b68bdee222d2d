namespace Muster.Cli.Checklists;

/// <summary>Why a line is no control. A person reads these beside the line.</summary>
static class Because
{
    public const string Title = "the title";
    public const string Section = "a heading: the section of what stands below it";
    public const string Prose = "prose, in no list and in no table";
    public const string Introduces = "it introduces what stands below it";
    public const string SaysNothing = "nothing is said";
    public const string Contents = "a link within the page";
    public const string LeftOut = "the checklist says that it is no control";
    public const string TableHead = "the head of a table";
    public const string TableRule = "the ruling of a table";
    public const string NoChecklist = "a row of a table in which no column says what must hold";
    public const string Code = "code outside of any item";
    public const string Html = "HTML";
    public const string LinkAddress = "the address of a link";
    public const string Footnote = "a footnote";
    public const string Divider = "a dividing line";
    public const string FrontMatter = "front matter";
    public const string Quote = "a quotation";
    public const string TooDeep = "nested too deeply to be read";
}

"""English words that tell what a sentence does with its hearer: asks, bids, greets, supposes."""

from langgraph_dreams.language.english.words.lexicon import a_set

BIDDING = a_set(
    "accept act activate add adjust alert allow analyse analyze announce answer append apply"
    " approve archive arrange ask assess assign attach back block book break brief bring browse"
    " build buy calculate call cancel change chart check choose clarify classify clean clear click"
    " clone close collect come commit compare compile compose compute configure confirm connect"
    " consider contact continue convert copy correct count create crop cut debug decline decode"
    " define delete deliver deploy describe design detect determine diagnose disable discard"
    " dispatch display double download draft draw edit elaborate email emit enable encode end"
    " enter estimate evaluate examine execute expand explain export extend extract fetch figure"
    " fill filter find finish fix flag focus follow forget format forward generate get give go"
    " grab group guess handle help hide highlight identify ignore implement import improve include"
    " increase inform insert inspect install invite invoke issue join jot keep kill launch let"
    " list listen load locate log look lower mail make mark measure memorize memorise mention"
    " merge message modify monitor move mute name navigate notify note obtain offer open order"
    " organise organize outline output parse paste pause pay perform pick ping place plan play"
    " please poll post predict prepare present print prioritise prioritize proceed process produce"
    " proofread propose provide publish pull push put query raise rank rate read reboot recall"
    " recommend record reduce refactor refine refresh refund register reject release reload"
    " remember remind remove rename reorder repeat rephrase replace reply report request rerun"
    " reschedule research reserve reset resolve respond restart restore resume retrieve retry"
    " return reveal review revise rewrite roll run save say scan schedule search select send set"
    " share shorten show shut simplify sing skip solve sort speak specify spell split start state"
    " stay stop store submit subscribe subtract suggest sum summarise summarize switch sync take"
    " tell test think trace track transcribe transfer translate trigger try turn type undo unmute"
    " unsubscribe update upgrade upload use validate verify view visit wait wake walk warn watch"
    " withdraw write zip"
)
"""Verbs with which an assistant is told what to do."""

TEXTUAL = a_set(
    "translate rewrite rephrase paraphrase proofread summarize summarise shorten correct spell"
    " say repeat write type print compose draft reply answer respond format classify parse improve"
    " post transcribe simplify read explain edit convert encode sing tweet message text email mail"
)
"""Verbs for what is done with words that are no statement of the speaker's."""

ADDRESS = a_set(
    "please kindly just now then also and but so ok okay hey hi hello well oh alright right great"
    " thanks first next finally again quickly simply pls plz dear bot assistant yes no sure"
    " perfect"
)
"""Words that may come before a command or a question."""

COURTESY = a_set(
    "hi hello hey hiya howdy greetings good morning afternoon evening night day weekend thanks"
    " thank thx ty cheers bye goodbye ciao farewell welcome please sorry pardon excuse ok okay k"
    " yes yeah yep yup no nope sure alright right great nice cool fine perfect excellent awesome"
    " wonderful amazing brilliant fantastic lovely super wow ah oh haha lol hmm gotcha understood"
    " agreed later soon tomorrow meet pleasure glad happy hear help helps helped helpful"
    " appreciate appreciated problem worries done luck fun rest enjoy best better works work looks"
    " look sounds sound today time friend buddy dear everyone again much lot kind kindly test"
    " testing ping bless congratulations congrats assistant bot see talk speak take care never"
    " mind exactly absolutely approved confirmed granted"
)
"""With function words alone beside them they state nothing."""

ANSWERS = a_set("yes yeah yep yup no nope never always sure correct indeed sometimes")
"""Words that answer a question, and say little without it."""

SUBJECTS = a_set(
    "i you we he she it they there this that these those my your our his her their its the a an"
    " anyone anybody someone somebody anything something everyone everything all any"
)
ASKING = a_set("what when where who whom whose which why how")
HELPING = a_set(
    "is are am was were do does did can could will would should shall may might must has have had"
    " isn't aren't wasn't weren't don't doesn't didn't can't couldn't won't wouldn't shouldn't"
    " hasn't haven't hadn't"
)
BEING = a_set(
    "is are am was were has have had isn't aren't wasn't weren't hasn't haven't hadn't does do"
    " doesn't don't did didn't will won't can can't"
)
"""After a noun they make a statement of what begins like a command: "order number is ..."."""
FOLLOWING = a_set(
    "meets begins starts ends arrives takes comes goes opens closes falls expires includes"
    " contains belongs happens lasts departs lives sits gets makes means prefers seems remains"
    " works"
)
"""Likewise verbs, of which few are also the plural of a thing."""
OBJECTS = a_set(
    "the a an my our your his her their this that these those all any every each some me us him"
    " them it everything anything"
)
UNREAL = a_set("would could might wouldn't couldn't i'd we'd you'd he'd she'd they'd it'd")
LEADING = a_set(
    "if when whenever once unless until every each before after at on in by for as while during"
    " first next then from with without"
)
"""Words that begin what may stand before a command."""

"""Removes lines that belong to a page and not to its text.

A line is judged whole: it is one of the phrases, a menu of them, or a short notice with the words
that only such a notice has. "Copyright law is a field of law." and "We share cookies." stay.
"""

import re
from functools import cache

import pyarrow as pa

# Whole lines, small letters, without the marks around them.
PHRASES = {
    "navigation": """
        home|home page|homepage|main menu|menu|toggle navigation|navigation|skip to content|skip to main content
        |skip to navigation|back to top|top of page|go to top|next|previous|prev|next page|previous page|next post
        |previous post|older posts|newer posts|next article|previous article|first|last|back|close|search|search for
        |site map|sitemap|about|about us|contact|contact us|faq|faqs|help|help center|support|careers|jobs|press|blog
        |products|services|shop|store|read more|read more...|learn more|more|see more|show more|view more|view all
        |see all|load more|continue reading|continue reading →|click here|download|print|print this page|gallery
        |related posts|related articles|you may also like|you might also like|recommended for you|recent posts
        |popular posts|most popular|trending|archives|categories|tags|advertisement|advertisements|sponsored
        |table of contents|categories:|leave a comment|leave a reply|post a comment|add a comment|no comments|comments
        |comments are closed|reply|view cart|add to cart|checkout|wishlist|my account|loading
        |startseite|hauptmenü|menü|zum inhalt springen|nach oben|zurück|weiter|weiterlesen|mehr lesen|mehr erfahren
        |mehr|suche|über uns|kontakt|hilfe|nächste seite|vorherige seite|kommentar hinterlassen|anzeige|werbung
        |accueil|menu principal|aller au contenu|haut de page|retour|suivant|précédent|lire la suite|en savoir plus
        |rechercher|à propos|nous contacter|laisser un commentaire|publicité|plan du site
        |inicio|menú|menú principal|saltar al contenido|ir al contenido|volver arriba|volver|siguiente|anterior
        |leer más|seguir leyendo|ver más|buscar|acerca de|quiénes somos|contacto|dejar un comentario|publicidad
        |início|pular para o conteúdo|voltar ao topo|voltar|próximo|leia mais|saiba mais|ver mais|pesquisar|sobre nós
        |contato|deixe um comentário|publicidade
        |torna su|leggi tutto|leggi di più|continua a leggere|cerca|chi siamo|contatti|lascia un commento|pubblicità
        |naar boven|lees meer|lees verder|zoeken|over ons|volgende|vorige|reageer
        |главная|главная страница|меню|наверх|назад|далее|читать далее|читать дальше|подробнее|поиск|о нас|контакты
        |оставить комментарий|реклама|карта сайта
        |首页|首頁|主页|返回首页|返回顶部|回到顶部|菜单|导航|上一页|下一页|上一篇|下一篇|阅读全文|閱讀全文|阅读更多|查看更多
        |更多|了解更多|搜索|搜尋|关于我们|關於我們|联系我们|聯絡我們|帮助中心|网站地图|发表评论|暂无评论|相关文章|相关推荐
        |推荐阅读|热门文章|广告
        |ホーム|トップページ|メニュー|トップへ戻る|ページトップへ|前へ|次へ|前のページ|次のページ|続きを読む|もっと見る
        |詳細はこちら|検索|会社概要|お問い合わせ|サイトマップ|コメントする|関連記事|広告
        |홈|메뉴|맨 위로|더 보기|더보기|검색|회사 소개|문의하기|이전|다음
        |मुख्य पृष्ठ|और पढ़ें|खोजें|हमारे बारे में|संपर्क करें
        |الرئيسية|الصفحة الرئيسية|القائمة|اقرأ المزيد|المزيد|بحث|من نحن|اتصل بنا|التالي|السابق
        |หน้าแรก|เมนู|อ่านต่อ|อ่านเพิ่มเติม|ค้นหา|เกี่ยวกับเรา|ติดต่อเรา|ถัดไป|ก่อนหน้า""",
    "cookies": """
        accept|accept all|accept cookies|accept all cookies|reject|reject all|decline|got it|i agree|agree|manage cookies
        |cookie settings|cookie preferences|manage preferences|cookie policy|cookies policy|cookies
        |akzeptieren|alle akzeptieren|ablehnen|cookie-einstellungen|cookies akzeptieren|einverstanden
        |accepter|tout accepter|refuser|tout refuser|paramètres des cookies|gérer les cookies|j'accepte
        |aceptar|aceptar todo|aceptar cookies|rechazar|configurar cookies|aceitar|aceitar todos|rejeitar
        |accetta|accetta tutti|rifiuta|accepteren|принять|принять все|同意|接受|全部接受|同意する|すべて許可|동의|قبول|موافق|ยอมรับ""",
    "sharing": """
        share|share this|share this post|share this article|share this page|share on facebook|share on twitter
        |share on linkedin|share on whatsapp|share on pinterest|share via email|tweet|tweet this|pin it|pin|like|like us
        |like this|like us on facebook|follow|follow us|follow us on twitter|follow us on facebook|follow us on instagram
        |email this|email this article|facebook|twitter|linkedin|pinterest|instagram|whatsapp|youtube|reddit|tumblr
        |google+|telegram|copy link|bookmark|rss|rss feed
        |teilen|auf facebook teilen|auf twitter teilen|folgen|folge uns|folgen sie uns|drucken
        |partager|partager sur facebook|partager sur twitter|suivez-nous|compartir|compartir en facebook
        |compartir en twitter|síguenos|compartilhar|compartilhe|siga-nos|condividi|seguici|delen|volg ons|поделиться
        |分享|分享到|分享到微博|分享到微信|点赞|收藏|转发|关注我们|シェア|シェアする|ツイート|フォローする|공유|공유하기|مشاركة|شارك|แชร์""",
    "account": """
        log in|login|log out|logout|sign in|sign up|sign out|register|create account|create an account|subscribe
        |subscribe now|subscribe today|unsubscribe|join|join now|forgot password|forgot your password|forgot password?
        |remember me|sign up for our newsletter|subscribe to our newsletter|newsletter|newsletter signup|enter your email
        |your email address|email address|sign up now|get started|buy now|order now|add to favorites
        |anmelden|abmelden|registrieren|einloggen|abonnieren|newsletter abonnieren|passwort vergessen|konto erstellen
        |connexion|se connecter|déconnexion|s'inscrire|s'abonner|créer un compte|mot de passe oublié
        |iniciar sesión|cerrar sesión|registrarse|suscribirse|suscríbete|crear cuenta|entrar|cadastre-se|inscreva-se
        |accedi|registrati|iscriviti|inloggen|aanmelden|войти|регистрация|подписаться
        |登录|登錄|登入|注册|註冊|退出|订阅|忘记密码|ログイン|ログアウト|新規登録|会員登録|로그인|회원가입|로그아웃
        |लॉग इन करें|साइन इन करें|सदस्यता लें|تسجيل الدخول|تسجيل|اشترك|เข้าสู่ระบบ|สมัครสมาชิก""",
    "notices": """
        all rights reserved|privacy|privacy policy|terms|terms of use|terms of service|terms and conditions
        |terms & conditions|legal|legal notice|disclaimer|imprint|copyright|powered by wordpress|accessibility
        |do not sell my personal information|affiliate disclosure
        |alle rechte vorbehalten|datenschutz|datenschutzerklärung|impressum|agb|nutzungsbedingungen
        |tous droits réservés|mentions légales|politique de confidentialité|conditions d'utilisation
        |todos los derechos reservados|política de privacidad|aviso legal|términos y condiciones|términos de uso
        |todos os direitos reservados|termos de uso|tutti i diritti riservati|informativa sulla privacy
        |alle rechten voorbehouden|privacybeleid|все права защищены|политика конфиденциальности
        |版权所有|版權所有|保留所有权利|隐私政策|隱私政策|服务条款|免责声明|使用条款|無断転載禁止|プライバシーポリシー|利用規約
        |개인정보처리방침|이용약관|सर्वाधिकार सुरक्षित|गोपनीयता नीति|جميع الحقوق محفوظة|سياسة الخصوصية|สงวนลิขสิทธิ์|นโยบายความเป็นส่วนตัว""",
}
# A site that uses cookies, and says why or stops there: the baker who does is no site.
COOKIES = "|".join((
    r"\buses? (?:\w+ ){0,3}cookies\W*(?:$|.*\b(?:web)?sites?\b|.*\b(?:experience|browser|analy[sz]e|traffic|ads|consent|agree|accept|policy|settings|personali[sz]e)\b)",
    r"^(?:this|our) (?:web)?site (?:\w+ )?uses cookies",
    r"\bby (?:continuing|using|browsing|clicking|closing)\b",
    r"^(?:please )?(?:accept|allow|enable|disable|reject|manage) (?:all |the use of )?cookies\b.{0,40}$",
    r"\b(?:consent|agree) to (?:our|the|all) (?:use of )?cookies",
    r"(?:verwende[nt]|benutzt|nutz(?:en|t)|setzt) (?:\w+ )?cookies",
    r"utilis(?:e|ons) (?:des|les) cookies|(?:utiliza(?:mos)?|usamos) (?:\w+ )?cookies",
    r"utilizz(?:a|iamo) (?:i )?cookie|gebruikt? (?:\w+ )?cookies|использ\w+ (?:файлы )?cookie",
    r"使用\s*cookie|cookieを使用",
))  # fmt: skip
RESERVED = (
    "rights reserved", "rechte vorbehalten", "droits réservés", "derechos reservados",
    "direitos reservados", "diritti riservati", "rechten voorbehouden", "права защищены",
)  # fmt: skip
# Sentences of a notice: a line of small letters that holds the word on the left and matches.
NOTICES = {
    "cookies": (
        ("cookie", COOKIES),
        ("クッキー", "クッキーを使用"),
        ("gdpr", r"\b(?:consent|compliance|cookie|privacy)\b"),
    ),
    "sharing": (
        ("share", r"^(?:please )?share (?:this|on|via|with)\b.{0,60}$"),
        ("follow us", r"^follow us on\b.{0,80}$"),
        ("like us", r"^like us on\b.{0,60}$"),
    ),
    "account": (
        ("newsletter", r"\b(?:sign up|subscribe|join)\b.*newsletter|newsletter (?:abonnieren|anmelden)|inscrivez-vous|suscríbete|iscriviti"),
        ("log in", r"^(?:please |you must |you need to )*(?:be )?log(?:ged)? in\b.{0,60}$"),
        ("logged in", r"^(?:please |you must |you need to )*be logged in\b.{0,60}$"),
    ),
    "notices": (
        ("©", r"©\s*(?:copyright\s*)?(?:\d{4}|.{0,60}(?:\d{4}|reserved))|copyright\s*©"),
        ("(c)", r"copyright\s*\(c\)|\(c\)\s*(?:copyright\s*)?\d{4}"),
        ("copyright", r"^copyright\s*(?:by\s*)?[\d–-]{4,}|\bcopyright \d{4}\b"),
        ("版权所有", r"^.{0,60}版权所有.{0,60}$"),
        *((words, rf"{words}\W*.{{0,60}}$") for words in RESERVED),
        ("terms", r"^(?:use of this (?:web)?site|by using this (?:web)?site)\b.*\b(?:terms|agree)"),
        ("javascript", r"(?:enable|requires?|disabled|turn on) javascript|javascript (?:is|must be|to be) (?:disabled|required|enabled|turned)"),
        ("powered by", r"^(?:proudly )?powered by\b.{0,40}$"),
    ),
    "navigation": (
        ("posted", r"^posted (?:by|on|in)\b.{0,80}$"),
        ("filed under", r"^filed under\b.{0,80}$"),
        ("comment", r"^\d+ comments?$|^no comments(?: yet)?$"),
        ("click here", r"^(?:please )?click here (?:to|for)\b.{0,60}$"),
        ("min read", r"^\d+ min(?:ute)?s? read$"),
    ),
}  # fmt: skip
EDGES = " \t\r\n\xa0\u3000\u200b.:!,;|/\\*•·●▪■◆►▶▸→←↑↓«»‹›<>[](){}+-–—_=#&…"
SEPARATOR = re.compile(r"\s*[|•·›»>/\t]\s*|\s{2,}")
LONGEST = 300  # characters of a line that may be a notice
MENU = 0.5  # share of the parts of a menu that are phrases


def apply(batch, params):
    texts = batch.column("value")
    phrases, notices = _known(tuple(params["kinds"]))
    phrases |= {phrase.lower().strip(EDGES) for phrase in params["phrases"]}
    fates = {}  # lines of a page come again on its other pages

    def stays(line):
        if line not in fates:
            fates[line] = len(line) > LONGEST or not _is_boilerplate(line, phrases, notices)
        return fates[line]

    return {"value": pa.array([_cleaned(text, stays) for text in texts.to_pylist()], texts.type)}


def _cleaned(text, stays):
    if text is None or (len(text) > LONGEST and "\n" not in text):
        return text
    lines = text.split("\n")
    kept = list(filter(stays, lines))
    return text if len(kept) == len(lines) else "\n".join(kept)


def _is_boilerplate(line, phrases, notices):
    small = line.lower()
    key = small.strip(EDGES)
    if not key:
        return False
    if key in phrases:
        return True
    for cue, pattern in notices:
        if cue in small and pattern.search(key):
            return True
    parts = [part.strip(EDGES) for part in SEPARATOR.split(key)]
    return len(parts) > 1 and sum(map(phrases.__contains__, parts)) >= max(2, MENU * len(parts))


@cache
def _known(kinds):
    phrases = {phrase.strip().strip(EDGES) for kind in kinds for phrase in PHRASES[kind].split("|")}
    notices = [(cue, re.compile(rule)) for kind in kinds for cue, rule in NOTICES[kind]]
    return frozenset(phrases) - {""}, notices

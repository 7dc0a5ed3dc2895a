"""What the demo marketplace has to offer: businesses, their stores and hotels, goods, rooms, dinners; who buys there.

Everything has its English and its Chinese name. Prices are CNY, major units.
"""

from dataclasses import dataclass
from datetime import time

from orders.purchases import Business, Hours, Place, RoomName


@dataclass(frozen=True, slots=True)
class Goods:
    code: str
    merchant: Business
    category: str
    title: str
    title_zh: str
    price: str


@dataclass(frozen=True, slots=True)
class Room:
    """A room type: what a night costs on a quiet day."""

    code: str
    title: str
    title_zh: str
    rate: int


@dataclass(frozen=True, slots=True)
class Meal:
    """What a voucher buys."""

    code: str
    title: str
    title_zh: str
    price: str


@dataclass(frozen=True, slots=True)
class Outing:
    """What is booked for a time: a table, a treatment, a tour, a performance; `minutes` is how long it lasts."""

    code: str
    kind: str
    category: str
    title: str
    title_zh: str
    price: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Sessions:
    """A card for several sessions. `single_price` (minor units) is what it says a used session counts."""

    code: str
    title: str
    title_zh: str
    price: str
    sessions: int
    bonus_sessions: int = 0
    single_price: int | None = None


LAKESIDE = Business("lakeside", "Lakeside Group", "湖滨集团")
BAMBOO_BOOKS = Business("bamboo-books", "Bamboo Books", "竹里书店")
ORIENT_DIGITAL = Business("orient-digital", "Orient Digital", "东方数码")
SILK_ROAD = Business("silk-road", "Silk Road Clothing", "丝路服饰")
SUNNY_FARM = Business("sunny-farm", "Sunny Farm", "晴天农场")
CLOUD_TOYS = Business("cloud-toys", "Cloud Toys", "云朵玩具")
HARBOUR = Business("harbour", "Harbour Hotels", "海港酒店集团")
SPICE_HOUSE = Business("spice-house", "Spice House", "椒麻小馆")
CLOUD_PEAK = Business("cloud-peak", "Cloud Peak Travel", "云峰旅行社")
JADE = Business("jade", "Jade Beauty", "玉颜美业")
OSMANTHUS = Business("osmanthus", "Osmanthus Garden", "桂花园")
LOTUS = Business("lotus", "Lotus Yoga", "莲花瑜伽")

GOODS = (
    Goods("mug-celadon", LAKESIDE, "home", "Celadon mug", "青瓷马克杯", "39.90"),
    Goods("tea-longjing-tin", LAKESIDE, "gifts", "Longjing tea tin, 100 g", "龙井茶礼罐 100克", "128.00"),
    Goods("fan-silk", LAKESIDE, "gifts", "Silk fan", "真丝团扇", "68.00"),
    Goods("lamp-paper", LAKESIDE, "home", "Paper table lamp", "纸艺台灯", "189.00"),
    Goods("towel-set", LAKESIDE, "home", "Towels, set of four", "毛巾四件套", "99.00"),
    Goods("purifier-a3", LAKESIDE, "electronics", "Air purifier A3", "空气净化器 A3", "2399.00"),
    Goods("umbrella-oil", LAKESIDE, "gifts", "Oil-paper umbrella", "油纸伞", "158.00"),
    Goods("cushion-linen", LAKESIDE, "home", "Linen cushion", "亚麻靠枕", "59.00"),
    Goods("sign-carved", LAKESIDE, "made_to_order", "Carved name plate, made to order", "定制木刻名牌", "268.00"),
    Goods("atlas-sky", BAMBOO_BOOKS, "books", "Atlas of the night sky", "星空图鉴", "88.00"),
    Goods("novel-river", BAMBOO_BOOKS, "books", "The river town, a novel", "小说《江城》", "45.00"),
    Goods("course-brush", BAMBOO_BOOKS, "digital", "Brush painting, video course", "国画入门视频课", "199.00"),
    Goods("weekly", BAMBOO_BOOKS, "newspapers", "Weekly, three months", "周刊季度订阅", "75.00"),
    Goods("phone-p9", ORIENT_DIGITAL, "electronics", "Phone P9, 256 GB", "手机 P9 256GB", "4299.00"),
    Goods("earbuds", ORIENT_DIGITAL, "electronics", "Wireless earbuds", "无线耳机", "359.00"),
    Goods("cable-c", ORIENT_DIGITAL, "electronics", "USB-C cable, 2 m", "USB-C 数据线 2米", "29.90"),
    Goods("kettle", ORIENT_DIGITAL, "home", "Electric kettle", "电热水壶", "149.00"),
    Goods("shirt-linen", SILK_ROAD, "clothing", "Linen shirt", "亚麻衬衫", "239.00"),
    Goods("scarf-silk", SILK_ROAD, "clothing", "Silk scarf", "真丝围巾", "168.00"),
    Goods("coat-down", SILK_ROAD, "clothing", "Down coat", "羽绒服", "899.00"),
    Goods("socks", SILK_ROAD, "clothing", "Cotton socks, five pairs", "棉袜五双装", "49.00"),
    Goods("crab-hairy", SUNNY_FARM, "fresh", "Hairy crabs, four", "大闸蟹四只", "328.00"),
    Goods("oranges", SUNNY_FARM, "fresh", "Navel oranges, 5 kg", "脐橙 5公斤", "59.90"),
    Goods("honey", SUNNY_FARM, "food", "Acacia honey, 500 g", "洋槐蜜 500克", "78.00"),
    Goods("rice", SUNNY_FARM, "food", "Wuchang rice, 5 kg", "五常大米 5公斤", "69.00"),
    Goods("train-wood", CLOUD_TOYS, "toys", "Wooden train", "木制小火车", "139.00"),
    Goods("puzzle", CLOUD_TOYS, "toys", "Great Wall puzzle, 1000 pieces", "长城拼图 1000片", "79.00"),
    Goods("kite", CLOUD_TOYS, "toys", "Swallow kite", "燕子风筝", "35.00"),
)

ROOMS = (
    Room("standard", "Standard room", "标准间", 380),
    Room("deluxe", "Deluxe room", "豪华间", 560),
    Room("lake-view", "Room with a view", "景观房", 720),
    Room("suite", "Suite", "套房", 1280),
)
ATTIC = "attic"

NAMED = tuple(RoomName(room.code, room.title, room.title_zh) for room in ROOMS)
ROOM_NAMES = (*NAMED, RoomName(ATTIC, "Attic room", "阁楼间"))

LAKESIDE_HOTEL = Place(
    "lakeside-hotel", LAKESIDE, "hotel", "Lakeside Hotel", "湖滨酒店",
    "Hangzhou", "杭州", 30.2549, 120.1606, rooms=ROOM_NAMES,
)  # fmt: skip
HARBOUR_HOTEL = Place(
    "harbour-hotel-bund", HARBOUR, "hotel", "Harbour Hotel on the Bund", "海港酒店（外滩店）",
    "Shanghai", "上海", 31.2397, 121.4903, rooms=ROOM_NAMES,
)  # fmt: skip
HOTELS = (LAKESIDE_HOTEL, HARBOUR_HOTEL)

OPEN = (time(10), time(22))
NOODLE_BAR = Place(
    "lakeside-noodle-bar", LAKESIDE, "restaurant", "Noodle Bar by the Lake", "湖边面馆",
    "Hangzhou", "杭州", 30.2520, 120.1640, *OPEN,
)  # fmt: skip
# Open around the clock, so that at any hour there is another place when the bar by the lake is closed.
NOODLE_BAR_HEFANG = Place(
    "lakeside-noodle-bar-hefang", LAKESIDE, "restaurant", "Noodle Bar on Hefang Street", "河坊街面馆",
    "Hangzhou", "杭州", 30.2420, 120.1700, hours=tuple(Hours(weekday, time(0), time(0)) for weekday in range(7)),
)  # fmt: skip
TEA_HOUSE = Place(
    "lakeside-tea-house", LAKESIDE, "tea house", "Lakeside Tea House", "湖滨茶馆",
    "Hangzhou", "杭州", 30.2500, 120.1500, *OPEN,
)  # fmt: skip
SPICE_TIANFU = Place(
    "spice-house-tianfu", SPICE_HOUSE, "restaurant", "Spice House Tianfu", "椒麻小馆（天府店）",
    "Chengdu", "成都", 30.5728, 104.0668, *OPEN,
)  # fmt: skip
SPICE_WANGJING = Place(
    "spice-house-wangjing", SPICE_HOUSE, "restaurant", "Spice House Wangjing", "椒麻小馆（望京店）",
    "Beijing", "北京", 39.9959, 116.4800, *OPEN,
)  # fmt: skip
RESTAURANTS = (NOODLE_BAR, NOODLE_BAR_HEFANG, TEA_HOUSE, SPICE_TIANFU, SPICE_WANGJING)

MEALS = (
    Meal("lunch-1", "Lunch for one", "单人午餐券", "58.00"),
    Meal("dinner-2", "Dinner for two", "双人晚餐券", "188.00"),
    Meal("dinner-4", "Dinner for four", "四人晚餐券", "368.00"),
    Meal("tea-2", "Afternoon tea for two", "双人下午茶券", "128.00"),
)

LAKESIDE_SPA = Place(
    "lakeside-spa", LAKESIDE, "spa", "Lakeside Spa", "湖滨水疗馆",
    "Hangzhou", "杭州", 30.2560, 120.1590, *OPEN,
)  # fmt: skip
LAKESIDE_THEATRE = Place(
    "lakeside-theatre", LAKESIDE, "theatre", "Theatre by the Lake", "湖畔剧场",
    "Hangzhou", "杭州", 30.2480, 120.1550,
)  # fmt: skip
CLOUD_PEAK_DESK = Place(
    "cloud-peak-desk", CLOUD_PEAK, "travel agency", "Cloud Peak Travel, West Street", "云峰旅行社（西街店）",
    "Guilin", "桂林", 25.2736, 110.2900, time(9), time(18),
)  # fmt: skip
JADE_SALON = Place(
    "jade-salon", JADE, "beauty salon", "Jade Beauty Jing'an", "玉颜美业（静安店）",
    "Shanghai", "上海", 31.2290, 121.4480, *OPEN,
)  # fmt: skip
# Lunch and dinner, a long evening on Fridays and Saturdays, closed on Mondays.
OSMANTHUS_GARDEN = Place(
    "osmanthus-garden", OSMANTHUS, "restaurant", "Osmanthus Garden", "桂花园餐厅",
    "Suzhou", "苏州", 31.3190, 120.6290,
    hours=(
        *(Hours(weekday, time(11), time(14)) for weekday in range(1, 7)),
        *(Hours(weekday, time(17), time(22)) for weekday in (1, 2, 3, 6)),
        *(Hours(weekday, time(17), time(1)) for weekday in (4, 5)),
    ),
)  # fmt: skip
LOTUS_STUDIO = Place(
    "lotus-studio", LOTUS, "yoga studio", "Lotus Yoga Xihu", "莲花瑜伽（西湖店）",
    "Hangzhou", "杭州", 30.2590, 120.1300, time(8), time(21),
)  # fmt: skip

OUTINGS = (
    Outing("table-2", "table", "restaurant", "Table for two, with a deposit", "双人桌（含订金）", "100.00", 90),
    Outing("table-4", "table", "restaurant", "Table for four, with a deposit", "四人桌（含订金）", "200.00", 120),
    Outing("set-2", "table", "restaurant", "Set menu for two at the table", "双人套餐（到店用餐）", "268.00", 90),
    Outing("massage-60", "treatment", "spa", "Massage, 60 minutes", "全身推拿 60分钟", "328.00", 60),
    Outing("facial-90", "treatment", "beauty", "Facial by the head therapist", "首席技师面部护理", "588.00", 90),
    Outing("li-river-3", "tour", "travel", "Li River, three days, no shopping", "漓江三日纯玩团", "1980.00", 3 * 1440),
    Outing("opera-2", "performance", "performance", "Yue opera, two seats", "越剧双人票", "380.00", 150),
)

CARDS = (
    Sessions("yoga-10", "Ten yoga classes and two more", "瑜伽课十次卡（赠两次）", "1200.00", 10, 2),
    Sessions("facial-6", "Six facials", "面部护理六次卡", "2400.00", 6, 0, 480_00),
)

NAMES = (
    "Wang Fang 王芳", "Li Na 李娜", "Zhang Wei 张伟", "Liu Yang 刘洋", "Chen Jing 陈静", "Yang Min 杨敏",
    "Zhao Lei 赵磊", "Huang Yan 黄艳", "Zhou Jie 周杰", "Wu Qiang 吴强", "Xu Juan 徐娟", "Sun Tao 孙涛",
    "Ma Chao 马超", "Zhu Ling 朱玲", "Hu Jun 胡军", "Guo Mei 郭梅", "He Xin 何鑫", "Gao Peng 高鹏",
    "Lin Hua 林华", "Luo Gang 罗刚", "Emma Clarke 艾玛", "James Wilson 詹姆斯", "Sofia Rossi 索菲亚",
    "Hiroshi Tanaka 田中浩", "Liang Yu 梁宇", "Song Jia 宋佳", "Tang Li 唐丽", "Deng Kai 邓凯",
)  # fmt: skip
